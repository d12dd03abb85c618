import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EnvironmentOf } from '../environment.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import type { Ledger } from './ledger.ts';
import { tracedLedger } from './traced-ledger.ts';

/**
 * The ledger of this stack.
 * @param onTrace of a function that works on one batch at a time: told the trace of the batch that is read or written
 */
export function openLedger(environment: EnvironmentOf<'poll-import'>, onTrace?: (traceparent: string) => void): Ledger {
  const tables = {
    batches: environment.BATCHES_TABLE,
    instances: environment.INSTANCES_TABLE,
    studies: environment.STUDIES_TABLE,
  };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const ledger = dynamoLedger(client, tables, { sleep: (ms) => sleep(ms), random: Math.random });
  return onTrace === undefined ? ledger : tracedLedger(ledger, onTrace);
}

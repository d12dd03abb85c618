import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EnvironmentOf } from '../environment.ts';
import { dynamoLedger } from './dynamo-ledger.ts';
import type { Ledger } from './ledger.ts';

/** The ledger of this stack. */
export function openLedger(environment: EnvironmentOf<'poll-import'>): Ledger {
  const tables = {
    batches: environment.BATCHES_TABLE,
    instances: environment.INSTANCES_TABLE,
    studies: environment.STUDIES_TABLE,
  };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return dynamoLedger(client, tables, { sleep: (ms) => sleep(ms), random: Math.random });
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoBatches } from './dynamo-batches.ts';
import { dynamoInstances } from './dynamo-instances.ts';
import { dynamoStudies } from './dynamo-studies.ts';
import type { Ledger } from './ledger.ts';

/** The names of the ledger's tables in this account. */
export interface LedgerTables {
  readonly batches: string;
  readonly instances: string;
  readonly studies: string;
}

/** The ledger in DynamoDB. `sleep` and `random` space out what DynamoDB asks to be sent again. */
export function dynamoLedger(
  client: DynamoDBDocumentClient,
  tables: LedgerTables,
  pacing: { readonly sleep: (ms: number) => Promise<void>; readonly random: () => number },
): Ledger {
  return {
    ...dynamoBatches(client, tables.batches),
    ...dynamoInstances(client, tables.instances, pacing),
    ...dynamoStudies(client, tables.studies),
  };
}

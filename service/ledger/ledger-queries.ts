import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type BatchStatus, batchRecordSchema, instanceRecordSchema } from '../../core/ledger.ts';
import type { SeenBatch } from './import-figures.ts';

/** A page is 1 MB of records at the most. */
const MAX_PAGES = 5;

const seenBatchSchema = batchRecordSchema.pick({
  batchId: true,
  status: true,
  sealedAt: true,
  updatedAt: true,
  files: true,
  endedAt: true,
  reason: true,
  imported: true,
  warned: true,
  failed: true,
  unaccounted: true,
});
const batchAttributes = Object.keys(seenBatchSchema.shape);
const failureSchema = instanceRecordSchema.pick({ status: true, reason: true });

/** What the ledger is asked for metrics. Each answer is bounded. */
export interface LedgerQueries {
  /** Batches of a status whose record changed at this time or later, the longest unchanged first. */
  readonly batches: (status: BatchStatus, since: string) => Promise<readonly SeenBatch[]>;
  /** The reasons of the instances of a batch that were not imported. */
  readonly failures: (batchId: string) => Promise<readonly string[]>;
}

/** @param tables without instances, no instance has a reason */
export function ledgerQueries(
  client: DynamoDBDocumentClient,
  tables: { readonly batches: string; readonly instances: string | undefined },
): LedgerQueries {
  return {
    batches: async (status, since) => {
      const query = {
        TableName: tables.batches,
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status AND #updatedAt >= :since',
        ProjectionExpression: batchAttributes.map((name) => `#${name}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(batchAttributes.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: { ':status': status, ':since': since },
      };
      return (await itemsOf(client, query)).map((item) => seenBatchSchema.parse(item));
    },

    failures: async (batchId) => {
      if (tables.instances === undefined) return [];
      const query = {
        TableName: tables.instances,
        KeyConditionExpression: 'batchId = :batchId',
        FilterExpression: '#status IN (:failed, :unaccounted)',
        ProjectionExpression: '#status, reason',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':batchId': batchId, ':failed': 'failed', ':unaccounted': 'unaccounted' },
      };
      const items = (await itemsOf(client, query)).map((item) => failureSchema.parse(item));
      return items.map(({ status, reason = '' }) => (status === 'unaccounted' ? status : reason));
    },
  };
}

async function itemsOf(
  client: DynamoDBDocumentClient,
  query: Parameters<typeof paginateQuery>[1],
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let pages = 0;
  for await (const page of paginateQuery({ client }, query)) {
    found.push(...(page.Items ?? []));
    pages += 1;
    if (pages === MAX_PAGES) break;
  }
  return found;
}

import { BatchWriteCommand, type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type InstanceRecord, instanceRecordSchema } from '../../core/ledger.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { eachOf } from '../each-of.ts';
import { keyOf, uidOf } from './key-of.ts';
import type { Ledger } from './ledger.ts';

const MAX_ITEMS_PER_WRITE = 25;
const WRITES_AT_ONCE = 8;
const MAX_ATTEMPTS = 8;
const FIRST_DELAY_MS = 50;

/** The instances table. */
export function dynamoInstances(
  client: DynamoDBDocumentClient,
  TableName: string,
  pacing: { readonly sleep: (ms: number) => Promise<void>; readonly random: () => number },
): Pick<Ledger, 'putInstances' | 'instancesOf'> {
  const write = async (records: readonly InstanceRecord[]) => {
    let requests: Record<string, unknown>[] = records.map((record) => ({
      PutRequest: { Item: { ...record, sopInstanceUid: keyOf(record.sopInstanceUid) } },
    }));
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [TableName]: requests } }),
      );
      requests = UnprocessedItems?.[TableName] ?? [];
      if (requests.length === 0) return;
      await pacing.sleep(pacing.random() * FIRST_DELAY_MS * 2 ** attempt);
    }
    throw new PipelineFault('LEDGER_BUSY', `DynamoDB left ${requests.length} items of ${TableName} unwritten`);
  };

  return {
    putInstances: (records) => {
      const chunks = Array.from({ length: Math.ceil(records.length / MAX_ITEMS_PER_WRITE) }, (_, index) =>
        records.slice(index * MAX_ITEMS_PER_WRITE, (index + 1) * MAX_ITEMS_PER_WRITE),
      );
      return eachOf(chunks, WRITES_AT_ONCE, write);
    },

    instancesOf: async (batchId) => {
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: 'batchId = :batchId',
          ExpressionAttributeValues: { ':batchId': batchId },
          ConsistentRead: true,
        },
      );
      const records: InstanceRecord[] = [];
      for await (const page of pages) {
        for (const item of page.Items ?? []) {
          records.push(instanceRecordSchema.parse({ ...item, sopInstanceUid: uidOf(item.sopInstanceUid) }));
        }
      }
      return records;
    },
  };
}

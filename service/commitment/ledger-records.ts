import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { instanceRecordSchema } from '../../core/ledger.ts';
import type { SealedInstance, SealedRecords } from './holdings.ts';

const queriesAtOnce = 16;

/** Records of sealed batches as the pipeline's ledger has them: with what became of each instance. */
export function ledgerRecords(client: DynamoDBDocumentClient, TableName: string): SealedRecords {
  const query = async (sopInstanceUid: string): Promise<readonly SealedInstance[]> => {
    const pages = paginateQuery(
      { client },
      {
        TableName,
        IndexName: 'bySopInstance',
        KeyConditionExpression: 'sopInstanceUid = :uid',
        ExpressionAttributeValues: { ':uid': sopInstanceUid },
      },
    );
    const instances: SealedInstance[] = [];
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const { sopClassUid, bytes, objectKey: key, status } = instanceRecordSchema.parse(item);
        instances.push({ sopInstanceUid, sopClassUid, bytes, key, status });
      }
    }
    return instances;
  };
  return {
    find: async (sopInstanceUids) => {
      const pending = [...sopInstanceUids];
      const found = new Map<string, readonly SealedInstance[]>();
      const work = async () => {
        for (let uid = pending.pop(); uid !== undefined; uid = pending.pop()) {
          const instances = await query(uid);
          if (instances.length > 0) found.set(uid, instances);
        }
      };
      await Promise.all(Array.from({ length: queriesAtOnce }, work));
      return found;
    },
  };
}

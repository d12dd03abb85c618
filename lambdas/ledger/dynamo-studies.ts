import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keyOf } from './key-of.ts';
import type { Ledger } from './ledger.ts';

/** The studies table. */
export function dynamoStudies(client: DynamoDBDocumentClient, TableName: string): Pick<Ledger, 'putStudyShare'> {
  return {
    putStudyShare: async ({ datastoreId, studyInstanceUid, batchId, firstReceivedAt, updatedAt, share }) => {
      const Key = { datastoreId, studyInstanceUid: keyOf(studyInstanceUid) };
      const setShare = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET batches.#batchId = :share, updatedAt = :updatedAt',
        ConditionExpression: 'attribute_exists(batches)',
        ExpressionAttributeNames: { '#batchId': batchId },
        ExpressionAttributeValues: { ':share': share, ':updatedAt': updatedAt },
      });
      try {
        await client.send(setShare);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // A path into a map can only be set once the map is there; another batch may create it at the same time.
        await client.send(
          new UpdateCommand({
            TableName,
            Key,
            UpdateExpression:
              'SET batches = if_not_exists(batches, :none), firstReceivedAt = if_not_exists(firstReceivedAt, :first)',
            ExpressionAttributeValues: { ':none': {}, ':first': firstReceivedAt },
          }),
        );
        await client.send(setShare);
      }
    },
  };
}

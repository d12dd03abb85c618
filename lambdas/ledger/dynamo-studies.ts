import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type StudyRecord, studyRecordSchema } from '../../core/ledger.ts';
import { keyOf, uidOf } from './key-of.ts';
import type { Ledger, StudyKey } from './ledger.ts';
import { setExpression } from './set-expression.ts';

type StudyMethods = Pick<Ledger, 'putStudyShare' | 'moveStudyShare' | 'markStudy'>;

/** The studies table. */
export function dynamoStudies(client: DynamoDBDocumentClient, TableName: string): StudyMethods {
  const keyOfStudy = ({ datastoreId, studyInstanceUid }: StudyKey) => ({
    datastoreId,
    studyInstanceUid: keyOf(studyInstanceUid),
  });

  return {
    putStudyShare: async ({ batchId, firstReceivedAt, updatedAt, share, ...study }) => {
      const Key = keyOfStudy(study);
      const setShare = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET batches.#batchId = :share, updatedAt = :updatedAt',
        ConditionExpression: 'attribute_exists(batches)',
        ExpressionAttributeNames: { '#batchId': batchId },
        ExpressionAttributeValues: { ':share': share, ':updatedAt': updatedAt },
        ReturnValues: 'ALL_NEW',
      });
      try {
        return recordOf((await client.send(setShare)).Attributes);
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
        return recordOf((await client.send(setShare)).Attributes);
      }
    },

    moveStudyShare: async ({ batchId, status, updatedAt, ...study }) => {
      const move = new UpdateCommand({
        TableName,
        Key: keyOfStudy(study),
        UpdateExpression: 'SET batches.#batchId.#status = :status, updatedAt = :updatedAt',
        ConditionExpression: 'attribute_exists(batches.#batchId)',
        ExpressionAttributeNames: { '#batchId': batchId, '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':updatedAt': updatedAt },
        ReturnValues: 'ALL_NEW',
      });
      try {
        return recordOf((await client.send(move)).Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    markStudy: async (study, mark) => {
      const set = setExpression(mark);
      await client.send(
        new UpdateCommand({
          TableName,
          Key: keyOfStudy(study),
          UpdateExpression: set.expression,
          ExpressionAttributeNames: set.names,
          ExpressionAttributeValues: set.values,
        }),
      );
    },
  };
}

function recordOf(item: Record<string, unknown> | undefined): StudyRecord {
  const study = studyRecordSchema.parse(item);
  return { ...study, studyInstanceUid: uidOf(study.studyInstanceUid) };
}

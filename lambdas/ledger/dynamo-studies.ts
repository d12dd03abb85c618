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

  /** The study as the update left it; undefined when its condition does not hold. */
  const updated = async (update: UpdateCommand): Promise<StudyRecord | undefined> => {
    try {
      return recordOf((await client.send(update)).Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

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
      // A path into a map can only be set once the map is there, and who reads a study finds it whole.
      const create = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET batches = :batches, firstReceivedAt = :first, updatedAt = :updatedAt',
        ConditionExpression: 'attribute_not_exists(batches)',
        ExpressionAttributeValues: {
          ':batches': { [batchId]: share },
          ':first': firstReceivedAt,
          ':updatedAt': updatedAt,
        },
        ReturnValues: 'ALL_NEW',
      });
      // Between the two, another batch may have created it.
      return (await updated(setShare)) ?? (await updated(create)) ?? recordOf((await client.send(setShare)).Attributes);
    },

    moveStudyShare: ({ batchId, status, updatedAt, ...study }) =>
      updated(
        new UpdateCommand({
          TableName,
          Key: keyOfStudy(study),
          UpdateExpression: 'SET batches.#batchId.#status = :status, updatedAt = :updatedAt',
          ConditionExpression: 'attribute_exists(batches.#batchId)',
          ExpressionAttributeNames: { '#batchId': batchId, '#status': 'status' },
          ExpressionAttributeValues: { ':status': status, ':updatedAt': updatedAt },
          ReturnValues: 'ALL_NEW',
        }),
      ),

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

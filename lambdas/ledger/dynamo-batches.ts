import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type BatchRecord, type BatchStatus, batchRecordSchema, statesBefore } from '../../core/ledger.ts';
import { type BatchId, batchIdSchema } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Ledger } from './ledger.ts';
import { setExpression } from './set-expression.ts';

const MAX_KEYS_PER_READ = 100;

type BatchMethods = Pick<
  Ledger,
  'findBatch' | 'knownBatches' | 'batchesUnchangedSince' | 'putBatch' | 'moveBatch' | 'recordStart' | 'leaveLane'
>;

/** The batches table. */
export function dynamoBatches(client: DynamoDBDocumentClient, TableName: string): BatchMethods {
  /** Answers whether the batch was still queued with this token. */
  const updateQueued = async (batchId: BatchId, taskToken: string, changes: object): Promise<boolean> => {
    const set = setExpression(changes);
    const update = new UpdateCommand({
      TableName,
      Key: { batchId },
      UpdateExpression: set.expression,
      ConditionExpression: '#status = :queued AND #taskToken = :token',
      ExpressionAttributeNames: { ...set.names, '#status': 'status', '#taskToken': 'taskToken' },
      ExpressionAttributeValues: { ...set.values, ':queued': 'queued', ':token': taskToken },
    });
    try {
      await client.send(update);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    findBatch: async (batchId) => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: { batchId }, ConsistentRead: true }));
      return Item === undefined ? undefined : batchRecordSchema.parse(Item);
    },

    knownBatches: async (batchIds) => {
      const known = new Set<BatchId>();
      for (let pending = [...batchIds]; pending.length > 0; ) {
        const Keys = pending.splice(0, MAX_KEYS_PER_READ).map((batchId) => ({ batchId }));
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ProjectionExpression: 'batchId' } } }),
        );
        for (const item of Responses?.[TableName] ?? []) known.add(batchIdSchema.parse(item.batchId));
        const unprocessed = UnprocessedKeys?.[TableName]?.Keys ?? [];
        pending = [...pending, ...unprocessed.map((key) => batchIdSchema.parse(key.batchId))];
      }
      return known;
    },

    batchesUnchangedSince: async (status, before, limit) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byStatus',
          KeyConditionExpression: '#status = :status AND updatedAt < :before',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': status, ':before': before },
          Limit: limit,
        }),
      );
      return (Items ?? []).map((item) => batchRecordSchema.parse(item));
    },

    putBatch: async (record) => {
      const condition = leadsTo(record.status);
      const put = new PutCommand({
        TableName,
        Item: record,
        ConditionExpression: `attribute_not_exists(batchId) OR ${condition.expression}`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: condition.values,
      });
      await client.send(put).catch((error) => refuse(error, record.batchId, record.status));
    },

    moveBatch: async (batchId, next, changes) => {
      const condition = leadsTo(next);
      const set = setExpression({ ...changes, status: next });
      const update = new UpdateCommand({
        TableName,
        Key: { batchId },
        UpdateExpression: set.expression,
        ConditionExpression: condition.expression,
        ExpressionAttributeNames: set.names,
        ExpressionAttributeValues: { ...set.values, ...condition.values },
        ReturnValues: 'ALL_OLD',
      });
      const { Attributes } = await client.send(update).catch((error) => refuse(error, batchId, next));
      return batchRecordSchema.parse(Attributes);
    },

    recordStart: (batchId, taskToken, started) =>
      updateQueued(batchId, taskToken, { ...started, status: 'importing' satisfies BatchStatus }),

    leaveLane: async (batchId, taskToken) => {
      await updateQueued(batchId, taskToken, { lane: null });
    },
  };
}

/** The condition that a record is in a state from which `next` may follow. */
function leadsTo(next: BatchStatus): { readonly expression: string; readonly values: Record<string, string> } {
  const values = Object.fromEntries(statesBefore(next).map((status, index) => [`:before${index}`, status]));
  return { expression: `#status IN (${Object.keys(values).join(', ')})`, values };
}

function refuse(error: unknown, batchId: BatchRecord['batchId'], next: BatchStatus): never {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  throw new PipelineFault(
    'TRANSITION_REFUSED',
    `batch ${batchId} is in no state from which it may become ${next}`,
    error,
  );
}

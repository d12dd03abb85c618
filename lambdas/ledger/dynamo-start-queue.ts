import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { batchIdSchema } from '../../core/object-keys.ts';
import { laneAtWork } from '../dispatch/lane.ts';
import { limiterStateOf } from '../dispatch/limiter-state.ts';
import type { StartQueue } from '../dispatch/start-queue.ts';

const Key = { limiterId: 'starts' };
const byLane = { IndexName: 'byLane', KeyConditionExpression: 'lane = :lane' };

/**
 * The queue in DynamoDB: the batches table is the queue, by an index that batches are in while they wait or have a job,
 * and one item of the limiter table says who may start jobs.
 */
export function dynamoStartQueue(
  client: DynamoDBDocumentClient,
  tables: { readonly batches: string; readonly limiter: string },
): StartQueue {
  /** Answers the item as it is then, or undefined when the condition does not hold. */
  const update = async (expression: string, condition: string | undefined, values: Record<string, unknown>) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tables.limiter,
          Key,
          UpdateExpression: expression,
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
          ExpressionAttributeNames: Object.fromEntries(
            [...`${expression} ${condition ?? ''}`.matchAll(/#(\w+)/g)].map(([alias, name = '']) => [alias, name]),
          ),
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    join: async ({ name }) => {
      await update('ADD #lanes :lanes', undefined, { ':lanes': new Set([name]) });
    },

    headOf: async ({ name }, limit) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: tables.batches,
          ...byLane,
          ExpressionAttributeValues: { ':lane': name },
          Limit: limit,
        }),
      );
      return (Items ?? []).map(({ batchId }) => batchIdSchema.parse(batchId));
    },

    countAtWork: async (datastoreId) => {
      const { Count } = await client.send(
        new QueryCommand({
          TableName: tables.batches,
          ...byLane,
          ExpressionAttributeValues: { ':lane': laneAtWork(datastoreId) },
          Select: 'COUNT',
        }),
      );
      return Count ?? 0;
    },

    acquire: async ({ owner, untilMs }, nowMs) => {
      const item = await update(
        'SET #owner = :owner, #untilMs = :until',
        'attribute_not_exists(#untilMs) OR #untilMs < :now',
        { ':owner': owner, ':until': untilMs, ':now': nowMs },
      );
      return item === undefined ? undefined : limiterStateOf(item, nowMs);
    },

    save: async ({ owner, untilMs }, { tokens, atMs, pausedUntilMs, refusals, turns }) => {
      const item = await update(
        'SET #untilMs = :until, #tokens = :tokens, #atMs = :at, #pausedUntilMs = :paused, #refusals = :refusals, #turns = :turns',
        '#owner = :owner',
        {
          ':owner': owner,
          ':until': untilMs,
          ':tokens': tokens,
          ':at': atMs,
          ':paused': pausedUntilMs,
          ':refusals': refusals,
          ':turns': turns,
        },
      );
      return item === undefined ? undefined : limiterStateOf(item, atMs);
    },

    release: async ({ owner, untilMs }) => {
      await update('SET #untilMs = :until', '#owner = :owner', { ':owner': owner, ':until': untilMs });
    },
  };
}

import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Commitment, commitmentRetentionMs, commitmentSchema, isOver } from '../../core/commitment.ts';
import { type CommitmentStore, CommitmentTooLarge } from './commitment-store.ts';

/** DynamoDB takes items of 400 KB; failures are still to be added. */
const maxNewRecordBytes = 300_000;
/** The one value of `queue`: an item that has it is in the index of what is due. */
const OPEN = 'open';

const itemSchema = z.object({ record: z.instanceof(Uint8Array) });

/**
 * Transactions in DynamoDB, an item each: its key, its revision for conditions, when it is due for the index, and the
 * transaction itself, compressed: a request can name thousands of instances.
 */
export function dynamoCommitments(client: DynamoDBDocumentClient, TableName: string): CommitmentStore {
  const put = async (commitment: Commitment, condition: string, values?: Record<string, number>): Promise<boolean> => {
    const command = new PutCommand({
      TableName,
      Item: await itemOf(commitment),
      ConditionExpression: condition,
      ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return false;
    }
  };
  const find = async (transactionUid: string): Promise<Commitment | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { transactionUid }, ConsistentRead: true }));
    return Item === undefined ? undefined : commitmentOf(Item);
  };
  /** A condition that fails may have been met by a try of ours whose answer was lost. */
  const isOurs = async (commitment: Commitment): Promise<boolean> =>
    JSON.stringify(await find(commitment.transactionUid)) === JSON.stringify(commitmentSchema.parse(commitment));
  return {
    create: async (commitment) =>
      (await put(commitment, 'attribute_not_exists(transactionUid)')) || (await isOurs(commitment)),
    find,
    replace: async (next) =>
      (await put(next, 'revision = :before', { ':before': next.revision - 1 })) || (await isOurs(next)),
    due: async (nowMs, limit) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byDue',
          KeyConditionExpression: 'queue = :open AND dueAt <= :now',
          ExpressionAttributeValues: { ':open': OPEN, ':now': new Date(nowMs).toISOString() },
          Limit: limit,
        }),
      );
      return Promise.all(Items.map(commitmentOf));
    },
  };
}

async function itemOf(commitment: Commitment): Promise<Record<string, unknown>> {
  const { transactionUid, revision, dueAtMs } = commitment;
  const record = await promisify(gzip)(JSON.stringify(commitmentSchema.parse(commitment)));
  if (revision === 0 && record.length > maxNewRecordBytes) throw new CommitmentTooLarge();
  return {
    transactionUid,
    revision,
    dueAt: new Date(dueAtMs).toISOString(),
    record,
    ...(isOver(commitment) ? { expiresAt: Math.ceil((dueAtMs + commitmentRetentionMs) / 1_000) } : { queue: OPEN }),
  };
}

async function commitmentOf(item: Record<string, unknown>): Promise<Commitment> {
  const { record } = itemSchema.parse(item);
  return commitmentSchema.parse(JSON.parse((await promisify(gunzip)(record)).toString('utf8')));
}

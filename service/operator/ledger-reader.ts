import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand, paginateQuery, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type BatchRecord,
  type BatchStatus,
  batchRecordSchema,
  batchStatusSchema,
  type InstanceRecord,
  instanceRecordSchema,
  type StudyRecord,
  studyRecordSchema,
} from '../../core/ledger.ts';

export interface LedgerTables {
  readonly batches: string;
  readonly instances: string;
  readonly studies: string;
}

/** DynamoDB takes no more keys in one request. */
const MAX_KEYS_PER_READ = 100;
/** In each state. */
const MAX_SEARCHED = 1_000;

/** A sender may leave a UID out, and a key may not be empty: the pipeline writes `_` then. */
const keyOf = (uid: string): string => (uid === '' ? '_' : uid);

/** Reads what the pipeline wrote. */
export class LedgerReader {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: LedgerTables;

  constructor(client: DynamoDBDocumentClient, tables: LedgerTables) {
    this.#client = client;
    this.#tables = tables;
  }

  /** Every study, the one that changed last first. Reads the whole table. */
  async studies(): Promise<readonly StudyRecord[]> {
    const found: StudyRecord[] = [];
    for await (const page of paginateScan({ client: this.#client }, { TableName: this.#tables.studies })) {
      found.push(...(page.Items ?? []).map((item) => studyRecordSchema.parse(item)));
    }
    return found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  /** These studies, in any order; those that are not there are left out. */
  async studiesOf(
    keys: readonly { readonly datastoreId: string; readonly studyInstanceUid: string }[],
  ): Promise<readonly StudyRecord[]> {
    const found: StudyRecord[] = [];
    const { studies: table } = this.#tables;
    for (let at = 0; at < keys.length; at += MAX_KEYS_PER_READ) {
      const part = keys.slice(at, at + MAX_KEYS_PER_READ).map(({ datastoreId, studyInstanceUid }) => ({
        datastoreId,
        studyInstanceUid: keyOf(studyInstanceUid),
      }));
      const { Responses } = await this.#client.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: part } } }));
      found.push(...(Responses?.[table] ?? []).map((item) => studyRecordSchema.parse(item)));
    }
    return found;
  }

  /** The batches in this state that changed last, the last first. */
  async batchesIn(status: BatchStatus, limit: number): Promise<readonly BatchRecord[]> {
    const { Items } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tables.batches,
        IndexName: 'byStatus',
        KeyConditionExpression: '#status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (Items ?? []).map((item) => batchRecordSchema.parse(item));
  }

  /** The batches of any state that changed last, the last first. */
  async recentBatches(limit: number): Promise<readonly BatchRecord[]> {
    const byStatus = await Promise.all(batchStatusSchema.options.map((status) => this.batchesIn(status, limit)));
    return byStatus
      .flat()
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
      .slice(0, limit);
  }

  async batch(batchId: string): Promise<BatchRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.batches, Key: { batchId }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : batchRecordSchema.parse(Item);
  }

  /** The batch of an import job, if its job ended or runs; looks through those that changed last. */
  async batchOfJob(jobId: string): Promise<BatchRecord | undefined> {
    return (await this.recentBatches(MAX_SEARCHED)).find((batch) => batch.jobId === jobId);
  }

  async instancesOf(batchId: string): Promise<readonly InstanceRecord[]> {
    return this.#instances({
      KeyConditionExpression: 'batchId = :batchId',
      ExpressionAttributeValues: { ':batchId': batchId },
      ConsistentRead: true,
    });
  }

  /** Every time that an instance of this UID was received, the first first. */
  async instancesCalled(sopInstanceUid: string): Promise<readonly InstanceRecord[]> {
    return this.#instances({
      IndexName: 'bySopInstance',
      KeyConditionExpression: 'sopInstanceUid = :uid',
      ExpressionAttributeValues: { ':uid': keyOf(sopInstanceUid) },
    });
  }

  async #instances(query: {
    readonly IndexName?: string;
    readonly KeyConditionExpression: string;
    readonly ExpressionAttributeValues: Record<string, string>;
    readonly ConsistentRead?: boolean;
  }): Promise<readonly InstanceRecord[]> {
    const found: InstanceRecord[] = [];
    const pages = paginateQuery({ client: this.#client }, { TableName: this.#tables.instances, ...query });
    for await (const page of pages) {
      found.push(...(page.Items ?? []).map((item) => instanceRecordSchema.parse(item)));
    }
    return found;
  }
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  type BatchRecord,
  batchRecordSchema,
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

/** Reads what the pipeline wrote. */
export class LedgerReader {
  readonly #client: DynamoDBDocumentClient;
  readonly #tables: LedgerTables;

  constructor(client: DynamoDBDocumentClient, tables: LedgerTables) {
    this.#client = client;
    this.#tables = tables;
  }

  /** Every study, the one that changed last first. */
  async studies(): Promise<readonly StudyRecord[]> {
    const found: StudyRecord[] = [];
    for await (const page of paginateScan({ client: this.#client }, { TableName: this.#tables.studies })) {
      found.push(...(page.Items ?? []).map((item) => studyRecordSchema.parse(item)));
    }
    return found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  async batch(batchId: string): Promise<BatchRecord | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#tables.batches, Key: { batchId }, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : batchRecordSchema.parse(Item);
  }

  async instancesOf(batchId: string): Promise<readonly InstanceRecord[]> {
    const found: InstanceRecord[] = [];
    const query = {
      TableName: this.#tables.instances,
      KeyConditionExpression: 'batchId = :batchId',
      ExpressionAttributeValues: { ':batchId': batchId },
      ConsistentRead: true,
    };
    for await (const page of paginateQuery({ client: this.#client }, query)) {
      found.push(...(page.Items ?? []).map((item) => instanceRecordSchema.parse(item)));
    }
    return found;
  }
}

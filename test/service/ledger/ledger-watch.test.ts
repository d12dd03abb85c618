import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureReasonOf } from '../../../core/failure-reason.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../../local/dynamodb/start-dynamodb.ts';
import { localAccount } from '../../../local/local-account.ts';
import { EndedBatches } from '../../../service/ledger/import-figures.ts';
import { ledgerQueries } from '../../../service/ledger/ledger-queries.ts';
import { LedgerWatch } from '../../../service/ledger/ledger-watch.ts';

const START_MS = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number) => new Date(START_MS + seconds * 1_000).toISOString();
const batchId = (number: number) => `01BATCH${String(number).padStart(19, '0')}`;

const batch = (number: number, status: string, fields: Record<string, unknown> = {}) => ({
  batchId: batchId(number),
  status,
  route: 'main',
  priority: 'routine',
  datastoreId: 'd',
  bucket: 'b',
  owner: 'o',
  files: 3,
  bytes: 3,
  openedAt: at(-60),
  sealedAt: at(-30),
  registeredAt: at(-29),
  updatedAt: at(-20),
  studyInstanceUids: ['1.2.3'],
  ...fields,
});

const instance = (number: number, objectKey: string, status: string, reason?: string) => ({
  batchId: batchId(number),
  objectKey,
  status,
  ...(reason === undefined ? {} : { reason }),
});

describe('the watch on the ledger', () => {
  let dynamodb: LocalDynamoDb;
  let client: DynamoDBDocumentClient;
  let nowMs = START_MS;
  let told: unknown[] = [];
  const tables = { batches: 'batches', instances: 'instances' };

  const watchOn = (names: { readonly batches: string; readonly instances: string | undefined }) =>
    new LedgerWatch({
      queries: ledgerQueries(client, names),
      findings: {
        unfinished: (figures) =>
          told.push(['unfinished', figures.registered, figures.importing, figures.oldestSealedAtMs]),
        ended: ({ status, durationMs, imported, failed, unaccounted }) =>
          told.push(['ended', status, durationMs, imported, failed, unaccounted]),
        notImported: (reason, instances) => told.push(['notImported', reason, instances]),
        readFailed: (error) => told.push(['readFailed', error instanceof Error ? error.name : error]),
      },
      intervalMs: 1_000,
      clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
      schedule: () => ({ cancel: () => undefined }),
    });
  const put = (TableName: string, Item: Record<string, unknown>) => client.send(new PutCommand({ TableName, Item }));
  const heard = () => told.splice(0);

  beforeAll(async () => {
    dynamodb = await startDynamoDb({ folder: undefined });
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint: dynamodb.endpoint }));
  });
  afterAll(async () => {
    client.destroy();
    await dynamodb.close();
  });

  it('tells of what is under way, and of each end once', async () => {
    told = [];
    const watch = watchOn(tables);
    await put('batches', batch(1, 'registered', { sealedAt: at(-90) }));
    await put('batches', batch(2, 'importing'));
    await put('batches', batch(3, 'completed', { updatedAt: at(-5), endedAt: at(-5), imported: 3 }));
    await watch.read();
    expect(heard(), 'what ended before the start is of a former process').toEqual([
      ['unfinished', 1, 1, Date.parse(at(-90))],
    ]);

    nowMs = START_MS + 60_000;
    const ended = { updatedAt: at(30), endedAt: at(30) };
    await put('batches', batch(1, 'failed', { ...ended, reason: 'JobFailed: no role', failed: 3 }));
    await put('batches', batch(2, 'completed-with-failures', { ...ended, imported: 1, failed: 1, unaccounted: 1 }));
    await put('instances', instance(2, 'a', 'imported'));
    await put('instances', instance(2, 'b', 'failed', 'ValidationException: 1.2.840.99 is not valid'));
    await put('instances', instance(2, 'c', 'unaccounted', 'the job does not name this instance'));
    await watch.read();
    expect(heard()).toEqual([
      ['ended', 'completed-with-failures', 60_000, 1, 1, 1],
      ['notImported', 'ValidationException', 1],
      ['notImported', 'unaccounted', 1],
      ['ended', 'failed', 60_000, 0, 3, 0],
      ['notImported', 'JobFailed', 3],
      ['unfinished', 0, 0, undefined],
    ]);
    await watch.read();
    expect(heard()).toEqual([['unfinished', 0, 0, undefined]]);

    await put('batches', batch(1, 'completed', { updatedAt: at(50), endedAt: at(50), imported: 3 }));
    await watch.read();
    expect(heard(), 'it was started again').toContainEqual(['ended', 'completed', 80_000, 3, 0, 0]);
  });

  it('names no reason of single instances where it may not read them', async () => {
    told = [];
    const watch = watchOn({ batches: 'batches', instances: undefined });
    const ended = { updatedAt: at(100), endedAt: at(100) };
    nowMs = START_MS + 90_000;
    await put('batches', batch(4, 'completed-with-failures', { ...ended, imported: 1, failed: 2 }));
    await watch.read();
    expect(heard()).toContainEqual(['notImported', 'other', 2]);
  });

  it('says when it cannot read, and goes on', async () => {
    told = [];
    await watchOn({ batches: 'absent', instances: undefined }).run();
    expect(heard()).toEqual([['readFailed', 'ResourceNotFoundException']]);
  });
});

describe('the reason of a failure', () => {
  it.each([
    ['ImportRefused: AccessDeniedException: no', 'ImportRefused'],
    ['JobFailed', 'JobFailed'],
    ['States.Timeout', 'States.Timeout'],
    ['1.2.840.113619.2 of patient', 'other'],
    ['JobFailedBadly: x', 'other'],
  ])('%s is the label %s', (reason, label) => {
    expect(failureReasonOf(reason)).toBe(label);
  });
});

describe('ends that were counted', () => {
  it('are forgotten when they are not asked for again', () => {
    const ended = new EndedBatches(START_MS, 120_000);
    expect(ended.since('completed')).toBe(at(0));
    const seen = (number: number, seconds: number) => ({
      batchId: batchId(number) as never,
      status: 'completed' as const,
      sealedAt: at(0),
      updatedAt: at(seconds),
    });
    expect(ended.take([seen(1, 10)])).toHaveLength(1);
    expect(ended.take([seen(1, 10), seen(2, 600)])).toHaveLength(1);
    expect(ended.since('completed')).toBe(at(480));
  });
});

import type { BatchWriteCommand, DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchStatusSchema, type StudyRecord, statesBefore, summarizeStudy } from '../../../core/ledger.ts';
import { dynamoInstances } from '../../../lambdas/ledger/dynamo-instances.ts';
import { dynamoStudies } from '../../../lambdas/ledger/dynamo-studies.ts';
import { batchRecordOf, instanceRecordsOf, totalsOf } from '../../../lambdas/ledger/records-of.ts';
import { writeShares } from '../../../lambdas/ledger/write-shares.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
const now = '2026-01-02T00:00:00.000Z';
const noArrivals = { imported: 0, warned: 0, failed: 0, unaccounted: 0, imageSetIds: [], nonPrimaryImageSetIds: [] };
const placed = { bucket: 'ingest', datastoreId, now };
let trial: LedgerTrial;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

describe('a batch record', () => {
  it('comes back as it was written', async () => {
    const record = batchRecordOf(manifestOf(newBatchId(), 3), placed);
    await trial.ledger.putBatch(record);
    expect(await trial.ledger.findBatch(record.batchId)).toEqual(record);
    expect(await trial.ledger.findBatch(newBatchId())).toBeUndefined();
  });

  const steps = batchStatusSchema.options.flatMap((from) => batchStatusSchema.options.map((to) => [from, to] as const));
  it.each(steps)('moves from %s to %s only along the transitions', async (from, to) => {
    const record = { ...batchRecordOf(manifestOf(newBatchId(), 1), placed), status: from };
    await trial.ledger.putBatch(record);
    const moving = trial.ledger.moveBatch(record.batchId, to, { updatedAt: now, reason: 'moved' });
    if (statesBefore(to).includes(from)) {
      expect(await moving).toEqual(record);
      expect(await trial.ledger.findBatch(record.batchId)).toEqual({ ...record, status: to, reason: 'moved' });
    } else {
      await expect(moving).rejects.toMatchObject({ name: 'TransitionRefused', code: 'TRANSITION_REFUSED' });
      expect(await trial.ledger.findBatch(record.batchId)).toEqual(record);
    }
  });

  it('fits into an item even when every instance is a study of its own', async () => {
    const manifest = manifestOf(newBatchId(), 4_500);
    const instances = manifest.instances.map((one, index) => ({
      ...one,
      studyInstanceUid: `2.25.${'9'.repeat(50)}${index}`,
    }));
    const imported = instanceRecordsOf({ ...manifest, instances }, now).map((one, index) => ({
      ...one,
      status: 'imported' as const,
      imageSetId: index.toString().padStart(32, '0'),
    }));
    const record = { ...batchRecordOf({ ...manifest, instances }, placed), ...totalsOf(imported) };
    await trial.ledger.putBatch(record);
    expect(record).toMatchObject({ files: 4_500, imported: 4_500 });
  });

  it('is not brought to life by a move', async () => {
    const batchId = newBatchId();
    await expect(trial.ledger.moveBatch(batchId, 'importing', { updatedAt: now })).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    });
    expect(await trial.ledger.findBatch(batchId)).toBeUndefined();
  });

  it('is found by its state and age', async () => {
    const old = { ...batchRecordOf(manifestOf(newBatchId(), 1), placed), updatedAt: '2020-01-01T00:00:00.000Z' };
    await trial.ledger.putBatch(old);
    const found = await trial.ledger.batchesUnchangedSince('registered', '2020-01-02T00:00:00.000Z', 10);
    expect(found).toEqual([old]);
  });

  it('is known among more ids than one read takes', async () => {
    const record = batchRecordOf(manifestOf(newBatchId(), 1), placed);
    await trial.ledger.putBatch(record);
    const ids = [...Array.from({ length: 230 }, newBatchId), record.batchId];
    expect(await trial.ledger.knownBatches(ids)).toEqual(new Set([record.batchId]));
  });
});

describe('instance records', () => {
  it('come back all, also those without a UID', async () => {
    const manifest = manifestOf(newBatchId(), 60);
    const records = instanceRecordsOf(manifest, now).map((record, index) =>
      index === 7 ? { ...record, sopInstanceUid: '', studyInstanceUid: '' } : record,
    );
    await trial.ledger.putInstances(records);
    const found = await trial.ledger.instancesOf(manifest.batchId);
    const byKey = (a: { readonly objectKey: string }, b: typeof a) => (a.objectKey < b.objectKey ? -1 : 1);
    expect([...found].sort(byKey)).toEqual([...records].sort(byKey));
  });

  /** A client whose DynamoDB leaves all but `taken` items of each request undone. */
  const busyClient = (taken: number, written: unknown[]) =>
    ({
      send: async ({ input }: BatchWriteCommand) => {
        const requests = input.RequestItems?.instances ?? [];
        written.push(...requests.slice(0, taken));
        return { UnprocessedItems: requests.length > taken ? { instances: requests.slice(taken) } : {} };
      },
    }) as unknown as DynamoDBDocumentClient;

  it('are sent again until DynamoDB has taken them, at growing intervals', async () => {
    const written: unknown[] = [];
    const pauses: number[] = [];
    const pacing = { random: () => 1, sleep: async (ms: number) => void pauses.push(ms) };
    const instances = dynamoInstances(busyClient(10, written), 'instances', pacing);
    await instances.putInstances(instanceRecordsOf(manifestOf(newBatchId(), 25), now));
    expect(written).toHaveLength(25);
    expect(pauses).toEqual([50, 100]);
  });

  it('fail by name when DynamoDB never takes them', async () => {
    const pacing = { random: () => 0, sleep: async () => undefined };
    const instances = dynamoInstances(busyClient(0, []), 'instances', pacing);
    await expect(instances.putInstances(instanceRecordsOf(manifestOf(newBatchId(), 1), now))).rejects.toMatchObject({
      name: 'LedgerBusy',
    });
  });
});

describe('a study record', () => {
  it('counts each batch once, whatever is written twice or at the same time', async () => {
    const manifests = [1, 2, 3, 4].map((files) => manifestOf(newBatchId(), files, 77));
    const write = (status: 'registered' | 'completed') =>
      Promise.all(
        [...manifests, ...manifests].map((manifest) =>
          writeShares(
            trial.ledger,
            { batchId: manifest.batchId, datastoreId },
            instanceRecordsOf(manifest, now).map((one) => ({
              ...one,
              status: status === 'completed' ? 'imported' : 'received',
            })),
            status,
            now,
          ),
        ),
      );
    await write('registered');
    await write('completed');
    const study = await trial.study(datastoreId, '1.2.77');
    expect(study && summarizeStudy(study)).toMatchObject({ state: 'complete', received: 10, imported: 10 });
  });

  it('is whole whenever somebody reads it', async () => {
    const { client, tables, study } = trial;
    const seen: (StudyRecord | undefined)[] = [];
    const watched = {
      send: async (command: UpdateCommand) => {
        try {
          return await client.send(command);
        } finally {
          seen.push(await study(datastoreId, '1.2.44'));
        }
      },
    } as unknown as DynamoDBDocumentClient;
    const share = { ...noArrivals, received: 1, status: 'registered' } as const;
    const contribution = { datastoreId, studyInstanceUid: '1.2.44', firstReceivedAt: now, updatedAt: now, share };
    const { putStudyShare } = dynamoStudies(watched, tables.studies);
    await putStudyShare({ ...contribution, batchId: newBatchId() });
    await putStudyShare({ ...contribution, batchId: newBatchId() });
    expect(seen.filter((record) => record !== undefined && Object.keys(record.batches).length === 0)).toEqual([]);
    expect(Object.keys(seen.at(-1)?.batches ?? {})).toHaveLength(2);
  });

  it('is kept for instances without a study too', async () => {
    const manifest = manifestOf(newBatchId(), 1);
    const nameless = instanceRecordsOf(manifest, now).map((one) => ({ ...one, studyInstanceUid: '' }));
    await writeShares(trial.ledger, { batchId: manifest.batchId, datastoreId }, nameless, 'registered', now);
    expect((await trial.study(datastoreId, '_'))?.batches[manifest.batchId]?.received).toBe(1);
  });
});

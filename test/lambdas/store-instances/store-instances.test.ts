import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchId, manifestKey } from '../../../core/object-keys.ts';
import { partAtWork } from '../../../core/parts.ts';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import { register } from '../../../lambdas/register/register.ts';
import type { ImageSets } from '../../../lambdas/store-instances/image-sets.ts';
import type { StowAnswer } from '../../../lambdas/store-instances/instance-outlet.ts';
import { storeInstances } from '../../../lambdas/store-instances/store-instances.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryNotices } from '../../support/import-ports.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { newBatchId, sealBatch } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
const clock = new FakeClock();
let trial: LedgerTrial;
beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

let studies = 0;

/** A registered batch of a route with STOW-RS, and a HealthImaging that answers as the test says. */
async function setUp(
  files: number,
  answer: (uids: readonly string[], call: number, files: number) => StowAnswer | Error | Promise<Error>,
) {
  const store = new MemoryStore(clock);
  const batchId: BatchId = newBatchId();
  const study = ++studies;
  const instances = Array.from({ length: files }, (_, index) => ({ study, number: index + 1 }));
  const route = { datastoreId, priority: 'stat', outlet: 'stow' } as const;
  const manifest = await sealBatch(store, instances, route, batchId);
  const sealed = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
  const { ledger } = trial;
  const place = { outputS3Uri: 's3://results/', defaultDatastoreId: undefined };
  const registered = await register(sealed, { store, ledger, nowMs: clock.nowMs, ...place });
  const sent: number[] = [];
  const troubles: unknown[] = [];
  const notices = new MemoryNotices();
  const uids = manifest.instances.map(({ sopInstanceUid }) => sopInstanceUid);
  const places: { sets: Awaited<ReturnType<ImageSets['ofSeries']>>; beside: readonly string[]; fault?: Error } = {
    sets: [{ imageSetId: 'primary', isPrimary: true }],
    beside: [],
  };
  const run = () =>
    storeInstances(sealed, {
      store,
      ledger,
      notices,
      nowMs: clock.nowMs,
      sleep: () => Promise.resolve(),
      random: () => 0,
      onTrouble: (error) => troubles.push(error),
      outlet: {
        store: async (_datastore, bodies) => {
          sent.push(bodies.length);
          const found = await answer(uids, sent.length, bodies.length);
          if (found instanceof Error) throw found;
          return found;
        },
      },
      imageSets: {
        ofSeries: async () => {
          if (places.fault !== undefined) throw places.fault;
          return places.sets;
        },
        instancesOf: async () => new Set(places.beside),
      },
    });
  return { batchId, registered, store, uids, run, sent, troubles, notices, places, study: `1.2.${study}` };
}

const all = (uids: readonly string[]): StowAnswer => ({
  stored: uids.map((sopInstanceUid) => ({ sopInstanceUid, warnings: [] })),
  refused: [],
});
const statusesOf = async (batchId: BatchId) =>
  (await trial.ledger.instancesOf(batchId)).map(({ status, imageSetId, reason }) => [status, imageSetId, reason]);

describe('a batch whose route has STOW-RS', () => {
  it('is complete, and its study is, when the answer names every instance', async () => {
    const { batchId, registered, run, sent, notices, study } = await setUp(2, all);
    expect(registered.outlet).toBe('stow');
    expect(await run()).toMatchObject({ status: 'completed', imported: 2, left: 0, nonPrimary: 0 });
    expect(await run()).toMatchObject({ status: 'completed', imported: 2 });
    expect(sent).toEqual([2]);
    const batch = await trial.ledger.findBatch(batchId);
    expect(batch).toMatchObject({ status: 'completed', imported: 2, failed: 0, imageSetIds: ['primary'] });
    expect([batch?.outlet, batch?.parts, batch?.jobId]).toEqual([undefined, undefined, undefined]);
    expect(await statusesOf(batchId)).toEqual([
      ['imported', 'primary', undefined],
      ['imported', 'primary', undefined],
    ]);
    expect((await trial.study(datastoreId, study))?.state).toBe('complete');
    expect(notices.published).toMatchObject([{ studyInstanceUid: study, state: 'complete', imported: 2 }]);
  });

  it('keeps the warnings', async () => {
    const { batchId, run } = await setUp(1, ([uid = '']) => ({
      stored: [{ sopInstanceUid: uid, warnings: ['InvalidOffsetTable', 'ElementsDiscarded'] }],
      refused: [],
    }));
    expect(await run()).toMatchObject({ status: 'completed', imported: 0, warned: 1 });
    expect((await statusesOf(batchId))[0]?.[2]).toBe('ElementsDiscarded, InvalidOffsetTable');
  });

  it('leaves to a job what is refused, and what the answer does not name', async () => {
    const { batchId, run } = await setUp(3, ([, second = '', third = '']) => ({
      stored: [{ sopInstanceUid: second, warnings: [] }],
      refused: [{ sopInstanceUid: third, failureReason: '0xC000' }],
    }));
    expect(await run()).toMatchObject({ status: 'importing', imported: 1, left: 2, refusals: { '0xC000': 1 } });
    const batch = await trial.ledger.findBatch(batchId);
    if (batch === undefined) throw new Error('no batch');
    expect(batch).toMatchObject({ status: 'importing', parts: [{ from: 0, to: 3, copied: true }] });
    expect(batch.outlet).toBeUndefined();
    expect(partAtWork(batch)?.inputS3Uri).toBe(`s3://ingest/parts/${batchId}/`);
    expect((await statusesOf(batchId)).map(([status]) => status)).toEqual(['received', 'imported', 'received']);
    // The execution that comes back to it goes on with the job.
    expect(await run()).toMatchObject({ status: 'importing', left: 0 });
  });

  it('leaves everything to one job, from where it lies, when HealthImaging does not take it', async () => {
    const refused = new PipelineFault('IMPORT_REFUSED', 'STOW-RS answered 403');
    const { batchId, run, troubles, sent } = await setUp(2, () => refused);
    expect(await run()).toMatchObject({ status: 'importing', imported: 0, left: 2 });
    expect(sent).toHaveLength(1);
    expect(troubles).toEqual([refused]);
    const batch = await trial.ledger.findBatch(batchId);
    expect(batch?.parts).toEqual([{ from: 0, to: 2, copied: false }]);
  });

  it('waits out a short throttling, and sends nothing more after a long one', async () => {
    const throttled = new PipelineFault('IMPORT_THROTTLED', 'STOW-RS answered 429');
    const short = await setUp(1, (uids, call) => (call < 3 ? throttled : all(uids)));
    expect(await short.run()).toMatchObject({ status: 'completed' });
    const long = await setUp(64 * 6, () => throttled);
    expect(await long.run()).toMatchObject({ status: 'importing', left: 64 * 6 });
    // Four requests are under way together; the other two are not tried.
    expect(long.sent.length).toBeLessThanOrEqual(4 * 5);
    expect(long.troubles.length).toBeLessThanOrEqual(4);
  });

  it('sends again, after a crash, what has no outcome, and nothing else', async () => {
    const crash = new Error('the function was ended');
    const noted = Promise.withResolvers<void>();
    const { batchId, run, sent } = await setUp(65, (uids, call, files) =>
      files === 1 && call <= 2 ? noted.promise.then(() => crash) : all(uids),
    );
    const isNoted = async () =>
      (await trial.ledger.instancesOf(batchId)).filter(({ status }) => status === 'imported').length === 64;
    (async () => {
      while (!(await isNoted()));
      noted.resolve();
    })();
    await expect(run()).rejects.toBe(crash);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'importing', outlet: 'stow' });
    expect(await run()).toMatchObject({ status: 'completed', imported: 65 });
    expect(sent.toSorted((a, b) => a - b)).toEqual([1, 1, 64]);
  });

  it('leaves to the job an object that is not there', async () => {
    const { store, run, sent, uids } = await setUp(2, all);
    const key = store.keys('batches/').find((one) => one.endsWith(`${uids[1]}.dcm`)) ?? '';
    await store.delete(key);
    const answered = await run();
    expect(sent).toEqual([1]);
    expect(answered).toMatchObject({ imported: 1, left: 1 });
  });

  it('asks for attention when an instance went beside the primary image set', async () => {
    const { batchId, run, places, uids, study } = await setUp(2, all);
    places.sets = [...places.sets, { imageSetId: 'beside', isPrimary: false }];
    places.beside = [uids[1] ?? ''];
    expect(await run()).toMatchObject({ status: 'completed', nonPrimary: 1 });
    expect((await statusesOf(batchId)).map(([, imageSetId]) => imageSetId)).toEqual(['primary', 'beside']);
    expect((await trial.study(datastoreId, study))?.state).toBe('attention');
  });

  it('is complete also when nobody can say where it is', async () => {
    const { batchId, run, places, troubles } = await setUp(1, all);
    places.fault = new Error('throttled');
    expect(await run()).toMatchObject({ status: 'completed', imported: 1 });
    expect(troubles).toEqual([places.fault]);
    expect(await statusesOf(batchId)).toEqual([['imported', undefined, undefined]]);
  });
});

describe('a batch of another route', () => {
  it('is not touched', async () => {
    const { batchId, run, sent } = await setUp(1, all);
    await trial.ledger.moveBatch(batchId, 'registered', { outlet: null, updatedAt: '' });
    expect(await run()).toMatchObject({ status: 'importing', imported: 0 });
    expect(sent).toEqual([]);
    expect(await trial.ledger.findBatch(batchId)).toMatchObject({ status: 'registered' });
  });
});

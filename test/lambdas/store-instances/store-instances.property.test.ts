import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestKey } from '../../../core/object-keys.ts';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import { openAmong } from '../../../lambdas/ledger/open-keys.ts';
import { register } from '../../../lambdas/register/register.ts';
import type { InstanceOutlet } from '../../../lambdas/store-instances/instance-outlet.ts';
import { requestLimits } from '../../../lambdas/store-instances/plan-requests.ts';
import { storeInstances } from '../../../lambdas/store-instances/store-instances.ts';
import { silentNotices } from '../../../lambdas/studies/study-notices.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { manifestBytes, manifestOf, newBatchId } from '../../support/sealed-batches.ts';

/** What HealthImaging makes of an instance, or of a whole request. */
const fate = fc.constantFrom('stored', 'stored', 'stored', 'warned', 'refused', 'unnamed');
const weather = fc.constantFrom('fine', 'fine', 'fine', 'throttled', 'answer lost', 'forbidden', 'crash');

interface Scenario {
  readonly fates: readonly string[];
  readonly weathers: readonly string[];
  readonly sizes: readonly number[];
  readonly missing: readonly boolean[];
  readonly twins: readonly boolean[];
}

const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 150 }).chain((files) => {
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: files, maxLength: files });
  return fc.record({
    fates: each(fate),
    weathers: fc.array(weather, { maxLength: 12 }),
    sizes: each(fc.constantFrom(1_000, 1_000_000, 40_000_000, requestLimits.instanceBytes + 1)),
    missing: each(fc.boolean().map((is) => is && files % 7 === 0)),
    twins: each(fc.boolean().map((is) => is && files % 5 === 0)),
  });
});

class Crash extends Error {}

/** Runs the step as the state machine does: again after a crash, some times. Answers what is where in the end. */
async function run({ fates, weathers, sizes, missing, twins }: Scenario) {
  const batchId = newBatchId();
  const made = manifestOf(batchId, fates.length);
  const instances = made.instances.map((one, index) => {
    const before = made.instances[index - 1];
    const isTwin = twins[index] === true && before !== undefined;
    const bytes = sizes[index] ?? 0;
    return isTwin ? { ...one, bytes, sopInstanceUid: before.sopInstanceUid } : { ...one, bytes };
  });
  const route = { name: 'main', priority: 'stat', outlet: 'stow', datastoreId: 'd'.repeat(32) } as const;
  const manifest = { ...made, route, instances };
  const there = new Map(
    instances.flatMap((one, index) => (missing[index] === true ? [] : [[one.key, index] as const])),
  );
  const store = {
    get: async (key: string) => {
      if (key === manifestKey(batchId)) return manifestBytes(manifest);
      const index = there.get(key);
      // The bytes say which instance they are.
      return index === undefined ? undefined : Buffer.from(String(index));
    },
  };
  const ledger = new MemoryLedger();
  const sealed = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId) };
  const place = { outputS3Uri: 's3://results/', defaultDatastoreId: undefined, nowMs: () => 0 };
  await register(sealed, { store: store as never, ledger, ...place });

  const stored = new Set<number>();
  const sentAfterOutcome: number[] = [];
  let requests = 0;
  const outlet: InstanceOutlet = {
    store: async (_, files) => {
      const weatherNow = weathers[requests++] ?? 'fine';
      if (weatherNow === 'throttled') throw new PipelineFault('IMPORT_THROTTLED', '429');
      if (weatherNow === 'forbidden') throw new PipelineFault('IMPORT_REFUSED', '403');
      if (weatherNow === 'crash') throw new Crash();
      const sent = files.map((bytes) => Number(Buffer.from(bytes).toString()));
      for (const index of sent) {
        const record = ledger.instances.get(`${batchId} ${instances[index]?.key}`);
        if (record?.status !== 'received') sentAfterOutcome.push(index);
        if (fates[index] === 'stored' || fates[index] === 'warned' || fates[index] === 'unnamed') stored.add(index);
      }
      if (weatherNow === 'answer lost') throw new PipelineFault('IMPORT_UNAVAILABLE', 'no answer');
      const named = (wanted: string) =>
        sent.filter((index) => fates[index] === wanted).map((index) => String(instances[index]?.sopInstanceUid));
      return {
        stored: [
          ...named('stored').map((sopInstanceUid) => ({ sopInstanceUid, warnings: [] })),
          ...named('warned').map((sopInstanceUid) => ({ sopInstanceUid, warnings: ['Other'] })),
        ],
        refused: named('refused').map((sopInstanceUid) => ({ sopInstanceUid, failureReason: '0xC000' })),
      };
    },
  };
  const imageSets = { ofSeries: async () => [], instancesOf: async () => new Set<string>() };
  const step = () =>
    storeInstances(sealed, {
      store,
      ledger,
      outlet,
      imageSets,
      notices: silentNotices,
      onTrouble: () => undefined,
      nowMs: () => 0,
      sleep: () => Promise.resolve(),
      random: () => 0,
    });
  let answer = 'crashed';
  for (let attempt = 0; attempt < 3 && answer === 'crashed'; attempt++) {
    answer = await step().then(
      ({ status }) => status,
      (error) => {
        if (!(error instanceof Crash)) throw error;
        return 'crashed';
      },
    );
  }
  return { batchId, manifest, ledger, stored, answer, sentAfterOutcome };
}

describe('a batch by STOW-RS, whatever HealthImaging makes of it', () => {
  it('has each instance either arrived, or in a part that goes by a job', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { batchId, manifest, ledger, stored, answer, sentAfterOutcome } = await run(given);
        const records = await ledger.instancesOf(batchId);
        const arrived = records.filter(({ status }) => status !== 'received').map(({ objectKey }) => objectKey);
        // Nothing has arrived that was not stored.
        const keys = manifest.instances.map(({ key }) => key);
        for (const key of arrived) expect(stored.has(keys.indexOf(key))).toBe(true);
        // What has an outcome is not stored again.
        expect(sentAfterOutcome).toEqual([]);
        // Nobody but a job says that an instance has failed.
        expect(records.filter(({ status }) => status === 'failed' || status === 'unaccounted')).toEqual([]);

        const batch = ledger.batches.get(batchId);
        if (batch === undefined) throw new Error('no batch');
        if (answer === 'completed') {
          expect(arrived).toHaveLength(keys.length);
          expect(batch).toMatchObject({ status: 'completed' });
          return;
        }
        expect(batch.status).toBe('importing');
        const inParts = (batch.parts ?? []).flatMap((part) => openAmong(manifest.instances, records, part));
        expect([...inParts.map(({ key }) => key), ...arrived].sort()).toEqual([...keys].sort());
        if (answer === 'importing') expect(batch.outlet).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchId, keyInPart, manifestKey } from '../../../core/object-keys.ts';
import { partAtWork, splitLimits } from '../../../core/parts.ts';
import { countEnded } from '../../../lambdas/count-ended.ts';
import { openAmong } from '../../../lambdas/ledger/open-keys.ts';
import { reconcile } from '../../../lambdas/reconcile/reconcile.ts';
import { register } from '../../../lambdas/register/register.ts';
import { CountedMetrics } from '../../support/counted-metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJobs, MemoryNotices } from '../../support/import-ports.ts';
import { MemoryLedger } from '../../support/memory-ledger.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { manifestBytes, manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const clock = new FakeClock();
const lost = { answers: 0 };

/** Imports a batch, part by part, from a HealthImaging whose jobs fail that hold a poisonous file. */
async function importAll(
  files: number,
  isPoison: (index: number) => boolean,
  { attempt = 0, rig = newRig(files) }: { attempt?: number; rig?: ReturnType<typeof newRig> } = {},
) {
  const { batchId, ledger, store, manifest, notices } = rig;
  const sealed = { batchId, bucket: 'ingest', manifestKey: manifestKey(batchId), attempt };
  await store.put(sealed.manifestKey, manifestBytes(manifest));
  const options = { store, ledger, nowMs: clock.nowMs, outputS3Uri: 's3://results/' };
  let { status } = await register(sealed, { ...options, defaultDatastoreId: 'd'.repeat(32) });
  const counted = new CountedMetrics();
  const jobNames: string[] = [];
  const imported: number[] = [];
  while (status === 'registered' || status === 'importing') {
    const batch = await ledger.findBatch(batchId);
    const work = batch === undefined ? undefined : partAtWork(batch);
    if (work === undefined) throw new Error('nothing is at work');
    const { part, jobName } = work;
    jobNames.push(jobName);
    await ledger.moveBatch(batchId, 'queued', { jobName, updatedAt: '' });
    const jobId = `job${jobNames.length}`;
    await ledger.moveBatch(batchId, 'importing', { jobId, updatedAt: '' });
    const inJob = openAmong(manifest.instances, await ledger.instancesOf(batchId), part);
    const hasFailed = inJob.some(({ index }) => isPoison(index));
    if (!hasFailed) imported.push(...inJob.map(({ index }) => index));
    const jobs = new MemoryJobs();
    jobs.jobs.set(jobId, { jobId, jobStatus: hasFailed ? 'FAILED' : 'COMPLETED', message: 'a file cannot be read' });
    const ended = {
      ...sealed,
      datastoreId: 'd'.repeat(32),
      jobId,
      jobStatus: hasFailed ? 'FAILED' : 'COMPLETED',
      outputs: 'complete' as const,
    };
    const output = {
      summary: async () => (hasFailed ? undefined : { imported: inJob.length, failed: 0 }),
      async *lines() {
        if (hasFailed) return;
        for (const { key } of inJob) {
          const inputFile = part.copied ? keyInPart(key, batchId, jobName) : key;
          const text = JSON.stringify({ inputFile, importResponse: { imageSetId: 'set', isPrimary: true } });
          yield { kind: 'success' as const, text };
        }
      },
    };
    const ports = {
      store,
      ledger,
      jobs,
      output,
      notices,
      onEnded: countEnded(counted, clock.nowMs),
      nowMs: clock.nowMs,
    };
    const first = await reconcile(ended, ports);
    // Lambda answers some of its calls to nobody: the step runs again.
    const again = await reconcile(ended, ports);
    expect(again.status).toBe(first.status);
    lost.answers += 1;
    status = first.status;
  }
  const records = await ledger.instancesOf(batchId);
  return {
    status,
    jobNames,
    imported: imported.sort((a, b) => a - b),
    failed: manifest.instances.flatMap(({ key }, index) =>
      records.find(({ objectKey }) => objectKey === key)?.status === 'failed' ? [index] : [],
    ),
    reasons: new Set(records.flatMap(({ reason }) => reason ?? [])),
    batch: await ledger.findBatch(batchId),
    notices: notices.published,
    counted: counted.sums,
  };
}

function newRig(files: number, batchId: BatchId = newBatchId()) {
  const manifest = manifestOf(batchId, files);
  return { batchId, ledger: new MemoryLedger(), store: new MemoryStore(clock), manifest, notices: new MemoryNotices() };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a batch whose job fails as a whole', () => {
  it('is halved until the poisonous file is alone; all others arrive', async () => {
    const done = await importAll(100, (index) => index === 37);
    expect(done.status).toBe('completed-with-failures');
    expect(done.failed).toEqual([37]);
    expect(done.imported).toEqual(range(100).filter((index) => index !== 37));
    expect([...done.reasons]).toEqual(['JobFailed: a file cannot be read']);
    expect(done.batch).toMatchObject({ imported: 99, failed: 1, reason: 'JobFailed: a file cannot be read' });
    expect(done.batch).not.toHaveProperty('parts');
    // Once, at the end: not with every part, nor by a step that runs again.
    expect(done.counted).toMatchObject({
      ...{ InstancesImported: 99, InstancesFailed: 1, 'InstancesNotImported JobFailed': 1 },
    });
  });

  it('takes as many jobs as twice the binary digits of its size', async () => {
    const { jobNames } = await importAll(4_500, (index) => index === 4_499);
    expect(jobNames.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(4_500)));
    expect(new Set(jobNames).size).toBe(jobNames.length);
  });

  it('imports every other file exactly once, whichever files are poisonous', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 60 }).chain((files) =>
          fc.record({
            files: fc.constant(files),
            poison: fc.uniqueArray(fc.nat(files - 1), { minLength: 1, maxLength: 3 }),
          }),
        ),
        async ({ files, poison }) => {
          const done = await importAll(files, (index) => poison.includes(index));
          expect(done.failed).toEqual(poison.toSorted((a, b) => a - b));
          expect(done.imported).toEqual(range(files).filter((index) => !poison.includes(index)));
        },
      ),
      { numRuns: 40 },
    );
    expect(lost.answers).toBeGreaterThan(40);
  });

  it('is given up when the cause is no file, after a few jobs', async () => {
    const done = await importAll(1_000, () => true);
    expect(done.status).toBe('failed');
    expect(done.jobNames).toHaveLength(splitLimits.hopelessJobs);
    expect(done.failed).toHaveLength(1_000);
    expect([...done.reasons].every((reason) => reason.startsWith('JobFailed: a file cannot be read'))).toBe(true);
  });

  it('has a bounded number of jobs, and names a reason for what was not looked into', async () => {
    const done = await importAll(2_000, (index) => index % 20 === 0);
    expect(done.jobNames.length).toBeLessThanOrEqual(splitLimits.maxJobs);
    expect(done.imported.length + done.failed.length).toBe(2_000);
    expect([...done.reasons].some((reason) => /not looked into further/.test(reason))).toBe(true);
  });

  it('can be replayed: only what has not arrived is imported, under names of its own', async () => {
    const rig = newRig(50);
    const first = await importAll(50, (index) => index === 7, { rig });
    const second = await importAll(50, () => false, { rig, attempt: 1 });
    expect(second.status).toBe('completed');
    expect(second.imported).toEqual([7]);
    expect(second.jobNames).toEqual([`${rig.batchId}-r1`]);
    expect(first.jobNames.filter((name) => second.jobNames.includes(name))).toEqual([]);
    expect(second.notices.map(({ state, imported, failed }) => ({ state, imported, failed }))).toEqual([
      { state: 'attention', imported: 49, failed: 1 },
      { state: 'complete', imported: 50, failed: 0 },
    ]);
  });
});

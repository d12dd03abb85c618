import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PipelineFault } from '../../../core/pipeline-fault.ts';
import { dynamoStartQueue } from '../../../lambdas/ledger/dynamo-start-queue.ts';
import { datastoreId, dispatchRig } from '../../support/dispatch-rig.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

// Tables are shared: each test leaves its queue empty.
let rig: ReturnType<typeof dispatchRig>;
beforeEach(() => {
  rig = dispatchRig(trial.ledger, dynamoStartQueue(trial.client, trial.tables));
  // Behind the clocks of the tests before, whose leases and tokens the table still has.
  rig.clock.pause(next());
});
const hours = { passed: 0 };
const next = () => ++hours.passed * 3_600_000;

const endAll = async (batches: readonly { readonly batchId: Parameters<LedgerTrial['ledger']['findBatch']>[0] }[]) => {
  for (const { batchId } of batches) await trial.ledger.moveBatch(batchId, 'completed', { updatedAt: '', lane: null });
};

describe('the dispatcher', () => {
  it('starts what waits, and is done', async () => {
    const batch = await rig.queued('ct');
    expect(await rig.run(60_000)).toEqual({ outcome: 'empty', started: 1 });
    expect(await trial.ledger.findBatch(batch.batchId)).toMatchObject({
      status: 'importing',
      jobStatus: 'SUBMITTED',
      lane: `importing#${datastoreId}`,
    });
    expect(rig.jobIds).toEqual([[batch.batchId, `job${batch.batchId.toLowerCase()}`]]);
    expect(await rig.run(60_000)).toEqual({ outcome: 'empty', started: 0 });
    await endAll([batch]);
  });

  it('never exceeds its pace, and uses it up', async () => {
    const batches = [];
    for (let index = 0; index < 12; index++) batches.push(await rig.queued(`r${index % 3}`));
    const begunMs = rig.clock.nowMs();
    expect(await rig.run(60_000)).toEqual({ outcome: 'empty', started: 12 });
    const seconds = rig.started.map(({ atMs }) => (atMs - begunMs) / 1_000);
    expect(seconds.slice(0, 2)).toEqual([0, 0]);
    for (const [index, second] of seconds.entries()) expect(second).toBeGreaterThanOrEqual(index - 1);
    expect(seconds.at(-1)).toBeLessThan(11);
    await endAll(batches);
  });

  it('stops when its time is over, and the next goes on at the same pace', async () => {
    const batches = [];
    for (let index = 0; index < 6; index++) batches.push(await rig.queued('ct'));
    expect(await rig.run(1_500)).toMatchObject({ outcome: 'time', started: 3 });
    const before = rig.started.at(-1)?.atMs ?? 0;
    expect(await rig.run(60_000)).toMatchObject({ outcome: 'empty', started: 3 });
    expect((rig.started[3]?.atMs ?? 0) - before).toBeGreaterThanOrEqual(999);
    await endAll(batches);
  });

  it('leaves the work to whoever has the limiter, and takes over when that one has died', async () => {
    const batch = await rig.queued('ct');
    await rig.options.queue.acquire({ owner: 'dead', untilMs: rig.clock.nowMs() + 15_000 }, rig.clock.nowMs());
    expect(await rig.run(0)).toEqual({ outcome: 'busy' });
    rig.clock.pause(15_001);
    expect(await rig.run(0)).toMatchObject({ started: 1 });
    await endAll([batch]);
  });

  it('starts nothing when it has lost the limiter meanwhile', async () => {
    const batch = await rig.queued('ct');
    const { queue } = rig.options;
    const robbed = {
      ...queue,
      countAtWork: async (id: string) => {
        rig.clock.pause(20_000);
        await queue.acquire({ owner: 'thief', untilMs: rig.clock.nowMs() + 1 }, rig.clock.nowMs());
        return queue.countAtWork(id);
      },
    };
    expect(await rig.run(60_000, { queue: robbed })).toEqual({ outcome: 'time', started: 0 });
    expect(rig.started).toEqual([]);
    rig.clock.pause(1_000);
    await rig.run(60_000);
    await endAll([batch]);
  });

  it('asks no lane for more batches however many it has started', async () => {
    const batches = [];
    for (let index = 0; index < 30; index++) batches.push(await rig.queued('ct'));
    const asked: number[] = [];
    const { queue } = rig.options;
    const watched = {
      ...queue,
      headOf: (...[lane, limit]: Parameters<typeof queue.headOf>) => {
        asked.push(limit);
        return queue.headOf(lane, limit);
      },
    };
    expect(await rig.run(60_000, { queue: watched })).toEqual({ outcome: 'empty', started: 30 });
    // Two at once, and those of the last five seconds, which the index may not know of.
    expect(Math.max(...asked)).toBeLessThanOrEqual(2 + 6);
    await endAll(batches);
  });

  it('has no more jobs under way than a data store takes', async () => {
    const batches = [await rig.queued('ct'), await rig.queued('ct'), await rig.queued('ct')];
    expect(await rig.run(10_000, { concurrentJobs: 2 })).toMatchObject({ outcome: 'time', started: 2 });
    await endAll(batches.slice(0, 1));
    expect(await rig.run(10_000, { concurrentJobs: 2 })).toMatchObject({ started: 1 });
    await endAll(batches.slice(1));
  });

  it('pauses for longer each time that HealthImaging refuses for its quotas', async () => {
    const batch = await rig.queued('ct');
    const attempts: number[] = [];
    const start = async () => {
      attempts.push(rig.clock.nowMs());
      throw new PipelineFault('IMPORT_THROTTLED', 'slow down');
    };
    await rig.run(20_000, { jobs: { ...rig.options.jobs, start } });
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(rig.quotaWaits()).toBe(attempts.length);
    expect(await trial.ledger.findBatch(batch.batchId)).toMatchObject({ status: 'queued' });
    rig.clock.pause(60_000);
    expect(await rig.run(60_000)).toMatchObject({ started: 1 });
    await endAll([batch]);
  });

  it('tells the execution of a request that is refused, and goes on with the others', async () => {
    const refused = await rig.queued('ct');
    const fine = await rig.queued('ct');
    const start: typeof rig.options.jobs.start = async (request) => {
      if (request.name === refused.batchId) throw new PipelineFault('IMPORT_REFUSED', 'no such datastore');
      return rig.options.jobs.start(request);
    };
    expect(await rig.run(60_000, { jobs: { ...rig.options.jobs, start } })).toEqual({ outcome: 'empty', started: 1 });
    expect(rig.tasks.failures).toMatchObject([
      { taskToken: `token of ${refused.batchId}`, error: { name: 'ImportRefused' } },
    ]);
    expect(await trial.ledger.findBatch(refused.batchId)).not.toHaveProperty('lane');
    await endAll([refused, fine]);
  });

  it('does not let a batch that cannot be read hold up those behind it', async () => {
    const broken = await rig.queued('ct');
    const fine = await rig.queued('ct');
    const findBatch: typeof trial.ledger.findBatch = async (batchId) => {
      if (batchId === broken.batchId) throw new Error('unreadable');
      return trial.ledger.findBatch(batchId);
    };
    expect(await rig.run(60_000, { ledger: { ...trial.ledger, findBatch } })).toEqual({ outcome: 'empty', started: 1 });
    expect(rig.troubles).toMatchObject([{ batchId: broken.batchId }]);
    await endAll([broken, fine]);
  });

  it('starts the same job again when it died before it could note it, and asks how that stands', async () => {
    const batch = await rig.queued('ct');
    const recordStart = () => Promise.reject(new Error('died'));
    await rig.run(0, { ledger: { ...trial.ledger, recordStart } });
    const [job] = rig.jobs.jobs.values();
    if (job === undefined) throw new Error('no job');
    rig.jobs.jobs.set(job.jobId, { ...job, jobStatus: 'COMPLETED' });
    // The execution asks again, since it has not heard of the end.
    await trial.ledger.moveBatch(batch.batchId, 'queued', { updatedAt: '', requeued: true });
    rig.clock.pause(5_000);
    expect(await rig.run(0)).toMatchObject({ started: 1 });
    expect(rig.tasks.delivered).toMatchObject([{ output: { jobId: job.jobId, jobStatus: 'COMPLETED' } }]);
    expect(rig.jobs.jobs.size).toBe(1);
    await endAll([batch]);
  });

  it('does not flip a batch that has ended while its start was noted', async () => {
    const batch = await rig.queued('ct');
    const start: typeof rig.options.jobs.start = async (request) => {
      const job = await rig.options.jobs.start(request);
      await endAll([batch]);
      return job;
    };
    await rig.run(0, { jobs: { ...rig.options.jobs, start } });
    expect((await trial.ledger.findBatch(batch.batchId))?.status).toBe('completed');
  });

  it('sees a route that comes up while it runs', async () => {
    const first = await rig.queued('ct');
    const late: { batchId: typeof first.batchId }[] = [];
    const second = await rig.queued('ct');
    const third = await rig.queued('ct');
    const sleep = async (ms: number) => {
      rig.clock.pause(ms);
      if (late.length === 0) late.push(await rig.queued('emergency', 'stat'));
    };
    await rig.run(60_000, { sleep });
    expect(rig.started.map(({ name }) => name)).toEqual([
      first.batchId,
      second.batchId,
      late[0]?.batchId,
      third.batchId,
    ]);
    await endAll([first, second, third, ...late]);
  });

  it('starts an urgent batch that the index does not show yet', async () => {
    const batch = await rig.queued('er', 'stat');
    const queue = { ...rig.options.queue, headOf: async () => [] };
    expect(await rig.run(0, { queue }, batch)).toMatchObject({ started: 1 });
    await endAll([batch]);
  });
});

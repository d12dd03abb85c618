import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AslDefinition } from '../../cdk/pipeline/asl-definition.ts';
import { importWaits } from '../../cdk/pipeline/import-waits.ts';
import { renderDefinition } from '../../cdk/pipeline/render-definition.ts';
import type { BatchStatus } from '../../core/ledger.ts';
import { type BatchId, manifestKey } from '../../core/object-keys.ts';
import { localAccount } from '../../local/local-account.ts';
import type { Transition } from '../../local/stepfunctions/execution-record.ts';
import { edgesOf, VisitedEdges } from '../support/asl-edges.ts';
import { ingestBucket, type PipelineTrial, startPipelineTrial } from '../support/pipeline-trial.ts';
import { manifestBytes, newBatchId, sealBatch, storeInstance, trialManifest } from '../support/sealed-batches.ts';

const patience = { timeout: 120_000 };
/** A span that nothing else lasts: by it the time-outs of task tokens are known among all that is scheduled. */
const TOKEN_TIMEOUT_MS = 3_600_001;
const definition = renderDefinition();
const visited = new VisitedEdges();

/** The same, which asks after a job three times and not for a day. */
const impatient = JSON.parse(
  JSON.stringify(definition).replace(
    `"NumericGreaterThanEquals":${importWaits.maxPolls}`,
    '"NumericGreaterThanEquals":3',
  ),
) as AslDefinition;

interface InjectedFault {
  readonly name: string;
  readonly applies: (payload: Readonly<Record<string, unknown>>) => boolean;
  readonly error: string;
}

/** A trial whose executions are watched, and whose functions can be made to fail as Lambda may let them. */
async function startWatched(settings: Parameters<typeof startPipelineTrial>[0] = {}) {
  const injected: InjectedFault[] = [];
  const waiting = new Set<(transition: Transition) => void>();
  const tokens = new Set<() => void>();
  const held = new Map<string, PromiseWithResolvers<void>>();
  const trial = await startPipelineTrial({
    ...settings,
    pipeline: {
      pace: { waitMs: 5, retryMs: 5, tokenTimeoutMs: TOKEN_TIMEOUT_MS },
      schedule: (delayMs, task) => {
        if (delayMs === TOKEN_TIMEOUT_MS) {
          tokens.add(task);
          return { cancel: () => tokens.delete(task) };
        }
        const timer = setTimeout(task, delayMs);
        return { cancel: () => clearTimeout(timer) };
      },
      onTransition: (transition) => {
        visited.see(transition);
        for (const hear of [...waiting]) hear(transition);
      },
      beforeInvoke: async (name, payload) => {
        const input = payload as Readonly<Record<string, unknown>>;
        await held.get(`${name} ${String(input.batchId)}`)?.promise;
        const fault = injected.find((one) => one.name === name && one.applies(input));
        if (fault !== undefined) throw Object.assign(new Error('injected'), { name: fault.error });
      },
      ...settings.pipeline,
    },
  });
  return {
    trial,
    injected,
    /** Lets every token time out that an execution waits with now. */
    timeOut: () => {
      for (const task of [...tokens]) task();
      tokens.clear();
    },
    /** Holds a function's calls for a batch back, until the answered function is called. */
    hold: (name: string, batchId: BatchId) => {
      const gate = Promise.withResolvers<void>();
      held.set(`${name} ${batchId}`, gate);
      return gate.resolve;
    },
    /** Resolves when start-import has returned for an execution, which waits with its token from now on. */
    asked: (execution: string) =>
      new Promise<void>((resolve) => {
        const hear = (transition: Transition) => {
          if (transition.type !== 'task-submitted' || transition.execution !== execution) return;
          waiting.delete(hear);
          resolve();
        };
        waiting.add(hear);
      }),
    /** Resolves when an execution enters a state, for the n-th time from now. */
    entered: (execution: string, state: string, times = 1) =>
      new Promise<void>((resolve) => {
        let left = times;
        const hear = (transition: Transition) => {
          if (transition.type !== 'state-entered' || transition.execution !== execution) return;
          if (transition.state !== state || --left > 0) return;
          waiting.delete(hear);
          resolve();
        };
        waiting.add(hear);
      }),
    /** Resolves when an execution has ended. */
    over: (execution: string) =>
      new Promise<string>((resolve) => {
        const hear = (transition: Transition) => {
          if (transition.type !== 'execution-ended' || transition.execution !== execution) return;
          waiting.delete(hear);
          resolve(transition.status);
        };
        waiting.add(hear);
      }),
  };
}

type Watched = Awaited<ReturnType<typeof startWatched>>;

async function statusOf(trial: PipelineTrial, batchId: BatchId): Promise<BatchStatus> {
  const ended = await trial.ended(batchId);
  if (ended.type !== 'ended') throw new Error('not ended');
  return ended.batch.status;
}

/** Resolves when nothing waits for its turn any more: a run of the dispatcher ends then, and runs come one by one. */
const dispatched = (trial: PipelineTrial) => trial.pipeline().functions.invoke('dispatch', {});

const study = (number: number, files = 1) =>
  Array.from({ length: files }, (_, index) => ({ study: number, number: index + 1 }));
const replay = ({ trial }: Watched, batchId: BatchId, execution: string, attempt?: number) =>
  trial
    .pipeline()
    .executions.start(
      execution,
      JSON.stringify({ batchId, bucket: ingestBucket, manifestKey: manifestKey(batchId), attempt }),
    );

describe('every way through the state machine, by the real functions', patience, () => {
  let watched: Watched;
  let trial: PipelineTrial;
  beforeAll(async () => {
    watched = await startWatched();
    trial = watched.trial;
  }, 120_000);
  afterAll(() => trial.close());
  const seal = (number: number, files = 1) =>
    sealBatch(trial.store, study(number, files), { datastoreId: trial.datastoreId });

  it('imports, and does nothing more for a batch that is complete', async () => {
    const { batchId } = await seal(1);
    expect(await statusOf(trial, batchId)).toBe('completed');
    const over = watched.over(`${batchId}-r1`);
    replay(watched, batchId, `${batchId}-r1`);
    expect(await over).toBe('SUCCEEDED');
  });

  it('finds the file that makes jobs fail, imports the others, and imports that one when it is replayed', async () => {
    trial.faults.add({ kind: 'poison-file', keyIncludes: '1.2.2.1.3.dcm', message: 'a poisonous file', times: 3 });
    const { batchId } = await seal(2, 5);
    expect(await statusOf(trial, batchId)).toBe('completed-with-failures');
    const records = await trial.pipeline().ledger.instancesOf(batchId);
    expect(records.filter(({ status }) => status === 'failed').map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      '1.2.2.1.3',
    ]);
    expect(records.filter(({ status }) => status === 'imported')).toHaveLength(4);

    const asked = watched.over(`${batchId}-r1`);
    replay(watched, batchId, `${batchId}-r1`);
    expect(await asked).toBe('SUCCEEDED');
    const replayed = watched.over(`${batchId}-r2`);
    replay(watched, batchId, `${batchId}-r2`, 2);
    expect(await replayed).toBe('SUCCEEDED');
    expect(await trial.pipeline().ledger.findBatch(batchId)).toMatchObject({
      status: 'completed',
      attempt: 2,
      imported: 5,
    });
  });

  it('fails a batch that has nowhere to go', async () => {
    const { batchId } = await sealBatch(trial.store, study(3), {});
    expect(await statusOf(trial, batchId)).toBe('failed');
  });

  it('fails a batch whose request HealthImaging refuses, and does nothing more for it', async () => {
    const { batchId } = await sealBatch(trial.store, study(4), { datastoreId: '0'.repeat(32) });
    expect(await statusOf(trial, batchId)).toBe('failed');
    const over = watched.over(`${batchId}-r1`);
    replay(watched, batchId, `${batchId}-r1`);
    expect(await over).toBe('FAILED');
  });

  it('fails a batch of which a part cannot be copied', async () => {
    trial.faults.add({ kind: 'fail-job', message: 'a file is missing', times: 1 });
    const batchId = newBatchId();
    const there = await storeInstance(trial.store, batchId, { study: 5, number: 1 });
    const missing = { ...there, key: there.key.replace('.dcm', '~1.dcm') };
    const manifest = trialManifest(batchId, [there, missing], { datastoreId: trial.datastoreId });
    await trial.store.putIfAbsent(manifestKey(batchId), manifestBytes(manifest));
    expect(await statusOf(trial, batchId)).toBe('failed');
  });

  it('asks after a job whose event is lost', async () => {
    trial.faults.add({ kind: 'lose-event', detailType: 'Import Job Completed', times: 1 });
    const batchId = newBatchId();
    const asked = watched.asked(batchId);
    await sealBatch(trial.store, study(6), { datastoreId: trial.datastoreId }, batchId);
    await asked;
    await dispatched(trial);
    watched.timeOut();
    expect(await statusOf(trial, batchId)).toBe('completed');
  });

  it('fails a batch whose job HealthImaging has never heard of', async () => {
    trial.faults.add({ kind: 'lose-event', detailType: 'Import Job Completed', times: 1 });
    const batchId = newBatchId();
    const asked = watched.asked(batchId);
    const polling = watched.entered(batchId, 'BeginPolling');
    await sealBatch(trial.store, study(7), { datastoreId: trial.datastoreId }, batchId);
    watched.injected.push({ name: 'poll-import', applies: () => true, error: 'ImportThrottled' });
    await asked;
    await dispatched(trial);
    watched.timeOut();
    await polling;
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ ...localAccount, endpoint: trial.pipeline().endpoints.dynamodb }),
    );
    await client.send(
      new UpdateCommand({
        TableName: 'batches',
        Key: { batchId },
        UpdateExpression: 'SET jobId = :unknown',
        ExpressionAttributeValues: { ':unknown': 'f'.repeat(32) },
      }),
    );
    watched.injected.pop();
    expect(await statusOf(trial, batchId)).toBe('failed');
    client.destroy();
  });

  it('makes do with the results that are there', async () => {
    trial.faults.add({ kind: 'late-outputs', delayMs: 3_600_000, times: 1 });
    expect(await statusOf(trial, (await seal(8)).batchId)).toBe('failed');
  });

  it('fails a batch that can be reconciled in no way', async () => {
    trial.faults.add({ kind: 'late-outputs', delayMs: 3_600_000, times: 1 });
    const batchId = newBatchId();
    const applies = (payload: Readonly<Record<string, unknown>>) =>
      payload.batchId === batchId && payload.outputs === 'as-found';
    watched.injected.push({ name: 'reconcile', applies, error: 'Lambda.TooManyRequestsException' });
    await sealBatch(trial.store, study(9), { datastoreId: trial.datastoreId }, batchId);
    expect(await statusOf(trial, batchId)).toBe('failed');
  });

  it('fails a batch whose manifest is gone when it is to be reconciled', async () => {
    const batchId = newBatchId();
    watched.injected.push({
      name: 'import-event',
      applies: () => true,
      error: 'Lambda.TooManyRequestsException',
    });
    const started = trial.progressWhere((step) => step.type === 'importing' && step.batch.batchId === batchId);
    await sealBatch(trial.store, study(10), { datastoreId: trial.datastoreId }, batchId);
    await started;
    await trial.store.delete(manifestKey(batchId));
    watched.injected.pop();
    expect(await statusOf(trial, batchId)).toBe('failed');
  });

  const sealStow = (number: number, files: number, batchId = newBatchId()) => {
    const route = { datastoreId: trial.datastoreId, priority: 'stat', outlet: 'stow' } as const;
    return sealBatch(trial.store, study(number, files), route, batchId);
  };

  it('stores the instances of an urgent route by STOW-RS, without a job', async () => {
    const { batchId } = await sealStow(30, 3);
    expect(await statusOf(trial, batchId)).toBe('completed');
    const batch = await trial.pipeline().ledger.findBatch(batchId);
    expect([batch?.imported, batch?.jobId, batch?.jobName]).toEqual([3, undefined, undefined]);
    expect(batch?.imageSetIds).toHaveLength(1);
  });

  it('imports by a job what STOW-RS refuses', async () => {
    trial.faults.add({ kind: 'refuse-instance', uidIncludes: '1.2.31.1.2', failureReason: 0xc000, times: 1 });
    trial.faults.add({ kind: 'refuse-instance', uidIncludes: '1.2.31.1.3', times: 1 });
    const { batchId } = await sealStow(31, 4);
    expect(await statusOf(trial, batchId)).toBe('completed');
    const batch = await trial.pipeline().ledger.findBatch(batchId);
    expect(batch).toMatchObject({ imported: 4, failed: 0, jobsCompleted: 1 });
    const copies: string[] = [];
    for await (const { key } of trial.store.list(`parts/${batchId}/`)) copies.push(key);
    expect(copies).toHaveLength(2);
  });

  it('imports a batch by a job when the step of STOW-RS fails for good', async () => {
    const batchId = newBatchId();
    const applies = (payload: Readonly<Record<string, unknown>>) => payload.batchId === batchId;
    watched.injected.push({ name: 'store-instances', applies, error: 'Sandbox.Timedout' });
    await sealStow(32, 2, batchId);
    expect(await statusOf(trial, batchId)).toBe('completed');
    expect(await trial.pipeline().ledger.findBatch(batchId)).toMatchObject({ imported: 2, jobName: batchId });
  });

  it('completes an empty batch at once', async () => {
    const { batchId } = await sealBatch(trial.store, [], { datastoreId: trial.datastoreId });
    expect(await statusOf(trial, batchId)).toBe('completed');
  });
});

describe('jobs that never end', patience, () => {
  let watched: Watched;
  beforeAll(async () => {
    watched = await startWatched({
      timing: { importMs: 2_000_000_000 },
      pipeline: {
        definition: impatient,
        quotas: { startsPerSecond: 100, concurrentJobs: 1 },
      },
    });
  }, 120_000);
  afterAll(() => watched.trial.close());

  it('are given up, and what waited behind them waits anew and has its turn', async () => {
    const { trial } = watched;
    const { ledger } = trial.pipeline();
    const seal = async (number: number, batchId: BatchId) => {
      const asked = watched.asked(batchId);
      await sealBatch(trial.store, study(number), { datastoreId: trial.datastoreId }, batchId);
      await asked;
    };
    const first = newBatchId();
    const goOn = watched.hold('poll-import', first);
    await seal(1, first);
    await dispatched(trial);
    expect(await ledger.findBatch(first)).toMatchObject({ status: 'importing' });
    const second = newBatchId();
    await seal(2, second);
    const again = watched.asked(second);
    watched.timeOut();
    await again;
    expect(await ledger.findBatch(second)).toMatchObject({ status: 'queued' });

    goOn();
    expect(await statusOf(trial, first)).toBe('failed');
    await dispatched(trial);
    expect(await ledger.findBatch(second)).toMatchObject({ status: 'importing' });
    expect((await ledger.findBatch(first))?.reason).toMatch(/^ImportOverdue/);
  });
});

describe('the scenarios together', () => {
  it('have entered every state', () => {
    const missed = Object.keys(definition.States).filter((state) => !visited.states.has(state));
    expect(missed).toEqual([]);
  });

  it('have taken every way from one state to another, every catch among them', () => {
    const missed = edgesOf(definition).filter((edge) => !visited.edges.has(edge));
    expect(missed).toEqual([]);
    expect(edgesOf(definition).length).toBeGreaterThan(25);
  });
});

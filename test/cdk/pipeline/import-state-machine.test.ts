import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import type { AslState } from '../../../cdk/pipeline/asl-definition.ts';
import { importWaits } from '../../../cdk/pipeline/import-waits.ts';
import { renderDefinition } from '../../../cdk/pipeline/render-definition.ts';
import { runScripted, type Script } from '../../support/scripted-machine.ts';

const registered = {
  batchId: 'B',
  status: 'registered',
  datastoreId: 'd',
  outputS3Uri: 's3://results/',
  files: 1,
  bytes: 1,
  priority: 'routine',
  attempt: 0,
  outlet: 'import-job',
  prepared: true,
};
const job = { jobId: 'j', jobStatus: 'COMPLETED' };
const started = { jobId: 'j', jobStatus: 'SUBMITTED' };
const polled = (jobStatus: string): Script => [
  (payload) => ({ jobId: 'j', jobStatus, polls: Number(payload.polls) + 1 }),
];
const failed: Script = [{ status: 'failed' }];
const happy = {
  register: [registered],
  'start-import': [started],
  reconcile: [{ status: 'completed' }],
} satisfies Record<string, Script>;
const sealed = { batchId: 'B', bucket: 'ingest', manifestKey: 'manifests/B.json' };

describe('the definition', () => {
  const definition = renderDefinition();
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');

  it('is valid in the Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(definition, { checkArn: true, checkPaths: true });
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  it.each(tasks)('gives %s a time limit that Node can count, and retries with jitter', (_, state: AslState) => {
    expect(Number(state.TimeoutSeconds)).toBeGreaterThan(0);
    expect(Number(state.TimeoutSeconds) * 1_000).toBeLessThan(2 ** 31);
    const retry = state.Retry as readonly Record<string, unknown>[];
    expect(retry.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    for (const { MaxAttempts, JitterStrategy, MaxDelaySeconds } of retry) {
      if (MaxAttempts === 0) continue;
      expect(JitterStrategy).toBe('FULL');
      expect(MaxDelaySeconds).toBeGreaterThan(0);
    }
  });

  it.each(tasks.filter(([name]) => name !== 'MarkFailed'))(
    'lets nothing that %s throws end the execution',
    (name, state) => {
      expect((state.Catch as readonly Record<string, unknown>[]).at(-1)).toEqual({
        ErrorEquals: ['States.ALL'],
        // What is not stored one by one goes by a job.
        Next: name === 'StoreInstances' ? 'PreparePart' : 'MarkFailed',
        ResultPath: '$.error',
      });
    },
  );

  it('outlasts its own waits', () => {
    const { eventTimeoutSeconds, maxPolls, pollIntervalSeconds } = importWaits;
    expect(definition.TimeoutSeconds).toBeGreaterThan(eventTimeoutSeconds + maxPolls * pollIntervalSeconds);
  });
});

describe('an execution', () => {
  it('registers, imports, reconciles', async () => {
    const { record, states, calls } = await runScripted(happy, job);
    expect(record.status).toBe('SUCCEEDED');
    expect(states).toEqual(['Register', 'WhatNext', 'StartImport', 'Reconcile', 'HowItEnded', 'Completed']);
    expect(calls).toEqual([
      { name: 'register', payload: sealed },
      {
        name: 'start-import',
        payload: {
          batchId: 'B',
          taskToken: 'local-task-token-1',
        },
      },
      {
        name: 'reconcile',
        payload: { ...sealed, datastoreId: 'd', outputS3Uri: 's3://results/', ...job, outputs: 'complete' },
      },
    ]);
  });

  it('holds keys, never contents', async () => {
    const { record } = await runScripted(happy, job);
    expect(Object.keys(JSON.parse(record.output ?? ''))).toEqual([
      'batchId',
      'bucket',
      'manifestKey',
      'batch',
      'job',
      'outcome',
    ]);
  });

  it('hands on the attempt that it was asked for', async () => {
    const { callsOf } = await runScripted(happy, job, { attempt: 2 });
    expect(callsOf('register')[0]?.payload).toEqual({ ...sealed, attempt: 2 });
  });

  it('prepares a batch that lies not as a job takes it, and every part that follows', async () => {
    const parts = {
      register: [{ ...registered, prepared: false }],
      'prepare-part': [{}],
      'start-import': [started],
      reconcile: [{ status: 'importing' }, { status: 'importing' }, { status: 'completed' }],
    };
    const { record, states } = await runScripted(parts, job);
    expect(record.status).toBe('SUCCEEDED');
    expect(states.filter((state) => state === 'PreparePart')).toHaveLength(3);
    expect(states.slice(0, 4)).toEqual(['Register', 'WhatNext', 'PreparePart', 'StartImport']);
  });

  it('stores by STOW-RS where the route says so, whatever else would be next', async () => {
    const scripts = {
      register: [{ ...registered, outlet: 'stow', prepared: false }],
      'store-instances': [{ status: 'completed' }],
    };
    const { record, states, callsOf } = await runScripted(scripts, job);
    expect(record.status).toBe('SUCCEEDED');
    expect(states).toEqual(['Register', 'WhatNext', 'StoreInstances', 'HowItEnded', 'Completed']);
    expect(callsOf('store-instances')).toEqual([{ name: 'store-instances', payload: sealed }]);
  });

  it('imports by a job what STOW-RS has left', async () => {
    const scripts = {
      ...happy,
      register: [{ ...registered, outlet: 'stow' }],
      'store-instances': [{ status: 'importing' }],
      'prepare-part': [{}],
    };
    const { record, states } = await runScripted(scripts, job);
    expect(record.status).toBe('SUCCEEDED');
    expect(states.slice(2, 6)).toEqual(['StoreInstances', 'HowItEnded', 'PreparePart', 'StartImport']);
  });

  it('tries STOW-RS three times, then a job takes its place', async () => {
    const scripts = {
      ...happy,
      register: [{ ...registered, outlet: 'stow' }],
      'store-instances': ['Sandbox.Timedout'],
      'prepare-part': [{}],
    };
    const { record, states, callsOf } = await runScripted(scripts, job);
    expect(record.status).toBe('SUCCEEDED');
    expect(callsOf('store-instances')).toHaveLength(3);
    expect(states.slice(2, 5)).toEqual(['StoreInstances', 'PreparePart', 'StartImport']);
  });

  it('does nothing more by STOW-RS for a batch that had ended before', async () => {
    const scripts = { register: [{ ...registered, outlet: 'stow', status: 'completed' }] };
    const { states } = await runScripted(scripts, job);
    expect(states).toEqual(['Register', 'WhatNext', 'Completed']);
  });

  it('waits anew when the batch is still queued after the wait', async () => {
    const scripts = {
      ...happy,
      'poll-import': [...Array(3).fill({ jobId: 'none', jobStatus: 'QUEUED', polls: 1 }), ...polled('COMPLETED')],
    };
    const { record, callsOf, states } = await runScripted(scripts, undefined);
    expect(record.status).toBe('SUCCEEDED');
    expect(callsOf('start-import')).toHaveLength(4);
    expect(states).not.toContain('ImportOverdue');
  });

  it.each([
    ['completed', 'Completed', 'SUCCEEDED'],
    ['completed-with-failures', 'CompletedWithFailures', 'SUCCEEDED'],
    ['failed', 'Failed', 'FAILED'],
  ])('of a batch that has ended as %s does nothing more', async (status, state, outcome) => {
    const { record, states } = await runScripted({ register: [{ ...registered, status }] }, job);
    expect(states).toEqual(['Register', 'WhatNext', state]);
    expect(record.status).toBe(outcome);
  });

  it('goes on with a batch that is importing', async () => {
    const { states } = await runScripted({ ...happy, register: [{ ...registered, status: 'importing' }] }, job);
    expect(states).toContain('StartImport');
  });

  it.each([
    ['completed-with-failures', 'CompletedWithFailures', 'SUCCEEDED'],
    ['failed', 'Failed', 'FAILED'],
  ])('ends as its batch, which is %s', async (status, state, outcome) => {
    const { record, states } = await runScripted({ ...happy, reconcile: [{ status }] }, job);
    expect(states.at(-1)).toBe(state);
    expect(record.status).toBe(outcome);
  });

  it('starts again as long as it is throttled, with a new token each time', async () => {
    const throttled: Script = [...Array<string>(50).fill('ImportThrottled'), 'ImportUnavailable', started];
    const { record, callsOf } = await runScripted({ ...happy, 'start-import': throttled }, job);
    expect(record.status).toBe('SUCCEEDED');
    const tokens = callsOf('start-import').map(({ payload }) => (payload as { taskToken: string }).taskToken);
    expect(new Set(tokens).size).toBe(52);
  });

  it('polls when the event never comes, and reconciles with what the poll found', async () => {
    const scripts = {
      ...happy,
      'poll-import': [...polled('IN_PROGRESS'), ...polled('IN_PROGRESS'), ...polled('FAILED')],
    };
    const { record, states, callsOf } = await runScripted(scripts, undefined);
    expect(record.status).toBe('SUCCEEDED');
    expect(states.filter((state) => state === 'WaitForJob')).toHaveLength(3);
    expect(callsOf('start-import')).toHaveLength(1);
    expect(callsOf('poll-import').map(({ payload }) => payload)).toEqual(
      [0, 1, 2].map((polls) => ({ batchId: 'B', datastoreId: 'd', polls })),
    );
    expect(callsOf('reconcile')[0]?.payload).toMatchObject({ jobId: 'j', jobStatus: 'FAILED' });
  });

  it('gives a job up that never ends', async () => {
    const scripts = { ...happy, 'poll-import': polled('IN_PROGRESS'), 'mark-failed': failed };
    const { record, states, callsOf } = await runScripted(scripts, undefined);
    expect(record.status).toBe('FAILED');
    expect(callsOf('poll-import')).toHaveLength(importWaits.maxPolls);
    expect(states.slice(-4)).toEqual(['ImportOverdue', 'MarkFailed', 'HowItEnded', 'Failed']);
    expect(callsOf('mark-failed')[0]?.payload).toMatchObject({ ...sealed, error: { Error: 'ImportOverdue' } });
  });

  it('waits for late results', async () => {
    const late: Script = [...Array<string>(5).fill('OutputsNotReady'), { status: 'completed' }];
    const { states, callsOf } = await runScripted({ ...happy, reconcile: late }, job);
    expect(callsOf('reconcile')).toHaveLength(6);
    expect(states.at(-1)).toBe('Completed');
  });

  it('makes do with the results that are there when the rest never comes', async () => {
    const scripts: Record<string, Script> = {
      ...happy,
      reconcile: [
        ({ outputs }) => {
          if (outputs === 'as-found') return { status: 'failed' };
          throw Object.assign(new Error('late'), { name: 'OutputsNotReady' });
        },
      ],
    };
    const { record, states } = await runScripted(scripts, job);
    expect(record.status).toBe('FAILED');
    expect(states.slice(-3)).toEqual(['ReconcileAsFound', 'HowItEnded', 'Failed']);
  });

  const catches: readonly (readonly [string, Record<string, Script>, typeof job | undefined])[] = [
    ['Register', { register: ['ManifestInvalid'] }, job],
    ['StartImport', { 'start-import': ['ImportRefused'] }, job],
    ['PreparePart', { register: [{ ...registered, prepared: false }], 'prepare-part': ['ManifestInvalid'] }, job],
    ['PollImport', { 'poll-import': ['ImportRefused'] }, undefined],
    ['Reconcile', { reconcile: ['TransitionRefused'] }, job],
    ['ReconcileAsFound', { reconcile: [...Array<string>(41).fill('OutputsNotReady'), 'TransitionRefused'] }, job],
  ];
  it.each(catches)('ends in MarkFailed when %s fails for good', async (state, scripts, answer) => {
    const { record, states, callsOf } = await runScripted({ ...happy, ...scripts, 'mark-failed': failed }, answer);
    expect(record).toMatchObject({ status: 'FAILED', error: 'BatchFailed' });
    expect(states.slice(-4)).toEqual([state, 'MarkFailed', 'HowItEnded', 'Failed']);
    const name = Object.values(scripts).flat().at(-1);
    expect(callsOf('mark-failed')).toEqual([
      { name: 'mark-failed', payload: { ...sealed, error: { Error: name, Cause: `cause of ${name}` } } },
    ]);
  });

  it.each(catches.map(([state, scripts]) => [state, Object.keys(scripts).at(-1) ?? ''] as const))(
    'tries %s once only when its error lasts',
    async (state, name) => {
      const [, scripts, answer] = catches.find(([other]) => other === state) ?? catches[0] ?? [];
      const { callsOf } = await runScripted({ ...happy, ...scripts, 'mark-failed': failed }, answer);
      expect(callsOf(name)).toHaveLength(state === 'ReconcileAsFound' ? 42 : 1);
    },
  );

  it('tries what it does not know a few times before it gives up', async () => {
    const { record, callsOf } = await runScripted({ register: ['TypeError'], 'mark-failed': failed }, job);
    expect(record.status).toBe('FAILED');
    expect(callsOf('register')).toHaveLength(9);
  });

  it('tries MarkFailed longer than anything else, and ends for the sweeper to find when even that fails', async () => {
    const { record, callsOf } = await runScripted({ register: ['NoDatastore'], 'mark-failed': ['TimeoutError'] }, job);
    expect(record).toMatchObject({ status: 'FAILED', error: 'TimeoutError' });
    expect(callsOf('mark-failed')).toHaveLength(31);
  });

  it('ends as the batch has ended when MarkFailed finds it at its end', async () => {
    const scripts = { ...happy, reconcile: ['TransitionRefused'], 'mark-failed': [{ status: 'completed' }] };
    expect((await runScripted(scripts, job)).states.at(-1)).toBe('Completed');
  });
});

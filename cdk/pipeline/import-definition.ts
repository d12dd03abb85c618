import { Choice, Condition, Fail, type IChainable, JsonPath, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { BatchStatus } from '../../core/ledger.ts';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import type { Priority } from '../../core/route.ts';
import { type StepFunctions, sealedPayload, step, waitingStep, withRetries } from './import-steps.ts';
import { type RetryPolicy, retries } from './import-waits.ts';
import { pollLoop } from './poll-loop.ts';

const failing = { resultPath: '$.error' };
const timedOut = { errors: ['States.Timeout'], resultPath: JsonPath.DISCARD };
const outputsLate = { errors: [pipelineFaults.OUTPUTS_NOT_READY], resultPath: JsonPath.DISCARD };
const importQuota = [pipelineFaults.IMPORT_THROTTLED, pipelineFaults.IMPORT_UNAVAILABLE];

/**
 * The states of one batch's import:
 * Register -> StartImport (waits for the job's event; polls when it never comes) -> Reconcile -> how the batch ended.
 * Whatever goes wrong for good ends in MarkFailed. The state of an execution holds keys, never contents:
 * {batchId, bucket, manifestKey, batch, job, outcome, error}.
 */
export function importDefinition(scope: Construct, functions: StepFunctions): IChainable {
  const completed = new Succeed(scope, 'Completed');
  const completedWithFailures = new Succeed(scope, 'CompletedWithFailures');
  const failed = new Fail(scope, 'Failed', { error: 'BatchFailed', cause: 'The reason is in the ledger.' });
  const end = (choice: Choice, statusPath: string) =>
    choice
      .when(statusIs(statusPath, 'completed'), completed)
      .when(statusIs(statusPath, 'completed-with-failures'), completedWithFailures)
      .otherwise(failed);
  const howItEnded = end(new Choice(scope, 'HowItEnded'), '$.outcome.status');

  const markFailed = withRetries(
    step(scope, functions, {
      name: 'MarkFailed',
      calls: 'mark-failed',
      payload: { ...sealedPayload, error: JsonPath.objectAt('$.error') },
      resultPath: '$.outcome',
    }),
    retries.lastStep,
  );
  markFailed.next(howItEnded);

  const reconcileStep = (name: string, outputs: 'complete' | 'as-found', late: readonly RetryPolicy[]) =>
    withRetries(
      step(scope, functions, {
        name,
        calls: 'reconcile',
        payload: {
          ...sealedPayload,
          datastoreId: JsonPath.stringAt('$.batch.datastoreId'),
          outputS3Uri: JsonPath.stringAt('$.batch.outputS3Uri'),
          jobId: JsonPath.stringAt('$.job.jobId'),
          jobStatus: JsonPath.stringAt('$.job.jobStatus'),
          outputs,
        },
        resultPath: '$.outcome',
      }),
      retries.passing,
      late.map((policy) => [[pipelineFaults.OUTPUTS_NOT_READY], policy]),
    );
  const reconcileAsFound = reconcileStep('ReconcileAsFound', 'as-found', []).addCatch(markFailed, failing);
  reconcileAsFound.next(howItEnded);
  const reconcile = reconcileStep('Reconcile', 'complete', [retries.outputs])
    .addCatch(reconcileAsFound, outputsLate)
    .addCatch(markFailed, failing);
  reconcile.next(howItEnded);

  const poll = pollLoop(scope, functions, { whenEnded: reconcile, whenOverdue: markFailed });
  const startStep = (name: string, quota: RetryPolicy): State => {
    const start = withRetries(
      waitingStep(scope, functions, {
        name,
        calls: 'start-import',
        payload: {
          batchId: JsonPath.stringAt('$.batchId'),
          datastoreId: JsonPath.stringAt('$.batch.datastoreId'),
          inputS3Uri: JsonPath.stringAt('$.batch.inputS3Uri'),
          outputS3Uri: JsonPath.stringAt('$.batch.outputS3Uri'),
        },
        resultPath: '$.job',
      }),
      retries.passing,
      [[importQuota, quota]],
      ['States.Timeout'],
    );
    start.addCatch(poll, timedOut).addCatch(markFailed, failing).next(reconcile);
    return start;
  };

  const register = withRetries(
    step(scope, functions, { name: 'Register', calls: 'register', payload: sealedPayload, resultPath: '$.batch' }),
    retries.passing,
  ).addCatch(markFailed, failing);
  const whatNext = new Choice(scope, 'WhatNext')
    .when(toImport('stat'), startStep('StartStatImport', retries.statQuota))
    .when(toImport('routine'), startStep('StartRoutineImport', retries.quota));
  return register.next(end(whatNext, '$.batch.status'));
}

const statusIs = (path: string, status: BatchStatus): Condition => Condition.stringEquals(path, status);

/** The batch is on its way and has this priority. */
const toImport = (priority: Priority): Condition =>
  Condition.and(
    Condition.or(statusIs('$.batch.status', 'registered'), statusIs('$.batch.status', 'importing')),
    Condition.stringEquals('$.batch.priority', priority),
  );

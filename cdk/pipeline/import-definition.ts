import { Choice, Condition, Fail, type IChainable, JsonPath, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { BatchStatus } from '../../core/ledger.ts';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import { type StepFunctions, sealedPayload, step, waitingStep, withRetries } from './import-steps.ts';
import { type RetryPolicy, retries } from './import-waits.ts';
import { pollLoop } from './poll-loop.ts';

const failing = { resultPath: '$.error' };
const timedOut = { errors: ['States.Timeout'], resultPath: JsonPath.DISCARD };
const outputsLate = { errors: [pipelineFaults.OUTPUTS_NOT_READY], resultPath: JsonPath.DISCARD };
const importQuota = [pipelineFaults.IMPORT_THROTTLED, pipelineFaults.IMPORT_UNAVAILABLE];

/**
 * The states of one batch's import:
 * Register -> StartImport (waits for its turn and for the job's event; asks when it never comes) -> Reconcile -> how the
 * batch ended. A batch that one job cannot import goes round by PreparePart, a part at a time. What StoreInstances has not
 * stored by STOW-RS is such a part.
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
  const markFailed = withRetries(
    step(scope, functions, {
      name: 'MarkFailed',
      calls: 'mark-failed',
      payload: { ...sealedPayload, error: JsonPath.objectAt('$.error') },
      resultPath: '$.outcome',
    }),
    retries.lastStep,
  );

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
  const reconcile = reconcileStep('Reconcile', 'complete', [retries.outputs])
    .addCatch(reconcileAsFound, outputsLate)
    .addCatch(markFailed, failing);

  const startImport = withRetries(
    waitingStep(scope, functions, {
      name: 'StartImport',
      calls: 'start-import',
      payload: { batchId: JsonPath.stringAt('$.batchId') },
      resultPath: '$.job',
    }),
    retries.passing,
    [[importQuota, retries.quota]],
    ['States.Timeout'],
  );
  const poll = pollLoop(scope, functions, { whenEnded: reconcile, whenQueued: startImport, whenOverdue: markFailed });
  startImport.addCatch(poll, timedOut).addCatch(markFailed, failing).next(reconcile);
  const preparePart = withRetries(
    step(scope, functions, {
      name: 'PreparePart',
      calls: 'prepare-part',
      payload: sealedPayload,
      resultPath: JsonPath.DISCARD,
    }),
    retries.passing,
  ).addCatch(markFailed, failing);
  preparePart.next(startImport);

  const howItEnded = end(
    new Choice(scope, 'HowItEnded').when(statusIs('$.outcome.status', 'importing'), preparePart),
    '$.outcome.status',
  );
  // A job takes all that lies under the prefix: where the step itself fails, nothing but time is lost.
  const storeInstances = withRetries(
    step(scope, functions, {
      name: 'StoreInstances',
      calls: 'store-instances',
      payload: sealedPayload,
      resultPath: '$.outcome',
    }),
    retries.urgent,
  ).addCatch(preparePart, failing);
  storeInstances.next(howItEnded);
  markFailed.next(howItEnded);
  reconcileAsFound.next(howItEnded);
  reconcile.next(howItEnded);

  const register = withRetries(
    step(scope, functions, {
      name: 'Register',
      calls: 'register',
      payload: 'all',
      resultPath: '$.batch',
    }),
    retries.passing,
  ).addCatch(markFailed, failing);
  const isOnItsWay = Condition.or(...underWay.map((status) => statusIs('$.batch.status', status)));
  const whatNext = new Choice(scope, 'WhatNext')
    .when(Condition.and(isOnItsWay, Condition.stringEquals('$.batch.outlet', 'stow')), storeInstances)
    .when(Condition.and(isOnItsWay, Condition.booleanEquals('$.batch.prepared', true)), startImport)
    .when(isOnItsWay, preparePart);
  return register.next(end(whatNext, '$.batch.status'));
}

const underWay: readonly BatchStatus[] = ['registered', 'queued', 'importing'];

const statusIs = (path: string, status: BatchStatus): Condition => Condition.stringEquals(path, status);

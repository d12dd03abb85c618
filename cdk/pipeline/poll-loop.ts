import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  Pass,
  Result,
  type State,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import { type StepFunctions, step, withRetries } from './import-steps.ts';
import { importWaits, retries } from './import-waits.ts';

/**
 * Asks after a job until it has ended, for a bounded number of times: the way out when the job's event is lost.
 * @param next `whenEnded` finds the job in `$.job`, `whenQueued` one that waits for its turn still, `whenOverdue` the error in `$.error`
 */
export function pollLoop(
  scope: Construct,
  functions: StepFunctions,
  next: { readonly whenEnded: IChainable; readonly whenQueued: IChainable; readonly whenOverdue: State },
): IChainable {
  const overdue = new Pass(scope, 'ImportOverdue', {
    result: Result.fromObject({
      Error: pipelineFaults.IMPORT_OVERDUE,
      Cause: `the import job has not ended after it was asked after ${importWaits.maxPolls} times`,
    }),
    resultPath: '$.error',
  }).next(next.whenOverdue);
  const wait = new Wait(scope, 'WaitForJob', {
    time: WaitTime.duration(Duration.seconds(importWaits.pollIntervalSeconds)),
  });
  const poll = withRetries(
    step(scope, functions, {
      name: 'PollImport',
      calls: 'poll-import',
      payload: {
        batchId: JsonPath.stringAt('$.batchId'),
        datastoreId: JsonPath.stringAt('$.batch.datastoreId'),
        polls: JsonPath.numberAt('$.job.polls'),
      },
      resultPath: '$.job',
    }),
    retries.passing,
    [[[pipelineFaults.IMPORT_THROTTLED, pipelineFaults.IMPORT_UNAVAILABLE], retries.quota]],
  ).addCatch(next.whenOverdue, { resultPath: '$.error' });
  const ended = Condition.or(
    Condition.stringEquals('$.job.jobStatus', 'COMPLETED'),
    Condition.stringEquals('$.job.jobStatus', 'FAILED'),
  );
  const choice = new Choice(scope, 'HasJobEnded')
    .when(ended, next.whenEnded)
    .when(Condition.stringEquals('$.job.jobStatus', 'QUEUED'), next.whenQueued)
    .when(Condition.numberGreaterThanEquals('$.job.polls', importWaits.maxPolls), overdue)
    .otherwise(wait);
  wait.next(poll);
  poll.next(choice);
  return new Pass(scope, 'BeginPolling', { result: Result.fromObject({ polls: 0 }), resultPath: '$.job' }).next(wait);
}

import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  IntegrationPattern,
  JitterType,
  JsonPath,
  TaskInput,
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import { type PipelineFunctionName, pipelineFunctions } from '../../core/pipeline-functions.ts';
import { importWaits, type RetryPolicy } from './import-waits.ts';

/** The functions that the state machine calls. */
export const stepFunctions = [
  'register',
  'store-instances',
  'prepare-part',
  'start-import',
  'poll-import',
  'reconcile',
  'mark-failed',
] as const satisfies readonly PipelineFunctionName[];
export type StepFunction = (typeof stepFunctions)[number];
export type StepFunctions = Readonly<Record<StepFunction, IFunction>>;

type StepPayload = Readonly<Record<string, unknown>>;

/** What a step takes and where its answer goes in the state of the execution. */
export interface Step<P = StepPayload | 'all'> {
  readonly name: string;
  readonly calls: StepFunction;
  /** `all`: the state of the execution as it is, so that what its input may have or not is passed on. */
  readonly payload: P;
  readonly resultPath: string;
}

/** The part of the execution's state that says where the batch lies. */
export const sealedPayload = {
  batchId: JsonPath.stringAt('$.batchId'),
  bucket: JsonPath.stringAt('$.bucket'),
  manifestKey: JsonPath.stringAt('$.manifestKey'),
};

/** Retried for nothing: waiting does not mend it. */
const lasting = [
  pipelineFaults.MANIFEST_INVALID,
  pipelineFaults.NO_DATASTORE,
  pipelineFaults.TRANSITION_REFUSED,
  pipelineFaults.IMPORT_REFUSED,
];

/** Where a function's time is counted from is its invocation; the task's includes the way there. */
const INVOCATION_MARGIN_SECONDS = 30;

/** A step that is done when its function returns. */
export function step(
  scope: Construct,
  functions: StepFunctions,
  { name, calls, payload, resultPath }: Step,
): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    lambdaFunction: functions[calls],
    ...(payload === 'all' ? {} : { payload: TaskInput.fromObject(payload) }),
    payloadResponseOnly: true,
    resultPath,
    retryOnServiceExceptions: false,
    taskTimeout: seconds(pipelineFunctions[calls].timeoutSeconds + INVOCATION_MARGIN_SECONDS),
  });
}

/** A step that is done when somebody brings the task token back. */
export function waitingStep(
  scope: Construct,
  functions: StepFunctions,
  { name, calls, payload, resultPath }: Step<StepPayload>,
): LambdaInvoke {
  return new LambdaInvoke(scope, name, {
    lambdaFunction: functions[calls],
    payload: TaskInput.fromObject({ ...payload, taskToken: JsonPath.taskToken }),
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    resultPath,
    retryOnServiceExceptions: false,
    taskTimeout: seconds(importWaits.eventTimeoutSeconds),
  });
}

/**
 * Retries a step: not at all what lasts, each of the named faults by its own policy, everything else by `others`.
 * @param unretried further errors that are not retried
 */
export function withRetries<T extends TaskStateBase>(
  task: T,
  others: RetryPolicy,
  named: readonly (readonly [readonly string[], RetryPolicy])[] = [],
  unretried: readonly string[] = [],
): T {
  task.addRetry({ errors: [...lasting, ...unretried], maxAttempts: 0 });
  for (const [errors, policy] of [...named, [['States.ALL'], others] as const]) {
    task.addRetry({
      errors: [...errors],
      interval: Duration.seconds(policy.intervalSeconds),
      backoffRate: policy.backoffRate,
      maxDelay: Duration.seconds(policy.maxDelaySeconds),
      maxAttempts: policy.maxAttempts,
      jitterStrategy: JitterType.FULL,
    });
  }
  return task;
}

const seconds = (count: number): Timeout => Timeout.duration(Duration.seconds(count));

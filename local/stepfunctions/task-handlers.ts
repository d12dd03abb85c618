import { type AslDefinition, functionNameIn } from '../../cdk/pipeline/asl-definition.ts';
import type { Schedule } from '../../core/clock.ts';
import type { TaskTokens, WaitingTask } from './task-tokens.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [field: string]: JsonValue };

export interface TaskOptions {
  readonly tokens: TaskTokens;
  readonly schedule: Schedule;
  /** Calls a function by its name; rejects with an Error whose name is the error's type. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<unknown>;
  /** Overrules TimeoutSeconds of the tasks that wait for a token. */
  readonly tokenTimeoutMs: number | undefined;
  /** The function of a task has taken its token and returned. */
  readonly onSubmitted: (stateName: string) => void;
}

export interface ExecutionTasks {
  readonly handlers: Readonly<Record<string, (input: JsonValue) => Promise<JsonValue>>>;
  /** What the context object says about the task: its token, made when a state's parameters ask for it. */
  readonly task: { readonly Token: string };
  /** Fails the task that is under way and every task after it. */
  readonly abandon: () => void;
}

const WAITING = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

/** The tasks of one execution: those that call a function, and those that also wait for a token. */
export function executionTasks(definition: AslDefinition, options: TaskOptions): ExecutionTasks {
  const abandoned = Promise.withResolvers<never>();
  abandoned.promise.catch(() => undefined);
  let issued: WaitingTask | undefined;
  const take = (): WaitingTask => {
    const waiting = issued ?? options.tokens.issue();
    issued = undefined;
    return waiting;
  };

  const tasks = Object.entries(definition.States).filter(([, state]) => state.Type === 'Task');
  const handlers = tasks.map(([name, { Resource, TimeoutSeconds }]) => {
    const timeoutMs = options.tokenTimeoutMs ?? Number(TimeoutSeconds) * 1_000;
    const run = (input: JsonValue): Promise<unknown> =>
      Resource === WAITING
        ? waitForToken(name, input, take(), timeoutMs, options)
        : options.invoke(functionNameIn(String(Resource)), input);
    return [
      name,
      async (input: JsonValue) => (await Promise.race([run(input), abandoned.promise])) as JsonValue,
    ] as const;
  });
  return {
    handlers: Object.fromEntries(handlers),
    task: {
      get Token() {
        issued ??= options.tokens.issue();
        return issued.token;
      },
    },
    abandon: () => abandoned.reject(new AbandonedError()),
  };
}

/** An execution was stopped. The executor reads the two flags: nothing of it may be retried or caught. */
class AbandonedError extends Error {
  override readonly name = 'States.Aborted';
  readonly isRetryable = false;
  readonly isCatchable = false;
}

async function waitForToken(
  stateName: string,
  input: JsonValue,
  waiting: WaitingTask,
  timeoutMs: number,
  { invoke, schedule, onSubmitted }: TaskOptions,
): Promise<unknown> {
  const { FunctionName, Payload } = input as { readonly FunctionName: string; readonly Payload: JsonValue };
  const timer = schedule(timeoutMs, () => waiting.fail(timeout()));
  invoke(functionNameIn(FunctionName), Payload).then(() => onSubmitted(stateName), waiting.fail);
  try {
    return await waiting.answer;
  } finally {
    timer.cancel();
  }
}

function timeout(): Error {
  const error = new Error('the task token did not come back in time');
  error.name = 'States.Timeout';
  return error;
}

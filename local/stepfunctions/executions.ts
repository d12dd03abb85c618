import { ExecutionAbortedError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions';
import type { AslDefinition } from '../../cdk/pipeline/asl-definition.ts';
import type { Clock, Schedule } from '../../core/clock.ts';
import { ApiError } from './api-error.ts';
import type { ExecutionRecord, Transition } from './execution-record.ts';
import type { Pace } from './pace.ts';
import { executionTasks, type JsonValue } from './task-handlers.ts';
import { TaskTokens } from './task-tokens.ts';

export interface ExecutionsOptions {
  readonly definition: AslDefinition;
  /** Calls a function by its name; rejects with an Error whose name is the error's type. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<unknown>;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly newId: () => string;
  readonly pace: Pace;
  readonly onTransition: (transition: Transition) => void;
}

/** The executions of one state machine, in memory: none outlives the process. */
export class Executions {
  readonly tokens: TaskTokens;
  readonly #options: ExecutionsOptions;
  readonly #machine: StateMachine;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #stops = new Map<string, () => void>();

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    this.tokens = new TaskTokens(options.newId);
    this.#machine = new StateMachine(options.definition as unknown as ConstructorParameters<typeof StateMachine>[0]);
  }

  /** Starts an execution. The same name with the same input answers the execution that runs, as Step Functions does. */
  start(name: string, input: string): ExecutionRecord {
    const before = this.#records.get(name);
    if (before !== undefined) {
      if (before.status === 'RUNNING' && before.input === input) return before;
      throw new ApiError('ExecutionAlreadyExists', `there is an execution named ${name}`);
    }
    const record: ExecutionRecord = {
      name,
      input,
      startedAtMs: this.#options.clock.nowMs(),
      status: 'RUNNING',
    };
    const parsed = parseInput(input);
    this.#records.set(name, record);
    this.#run(record, parsed);
    return record;
  }

  find(name: string): ExecutionRecord {
    const record = this.#records.get(name);
    if (record === undefined) throw new ApiError('ExecutionDoesNotExist', `there is no execution named ${name}`);
    return record;
  }

  /** Every execution, the newest first. */
  list(): readonly ExecutionRecord[] {
    return [...this.#records.values()].reverse();
  }

  /** Stops an execution. @returns when, in milliseconds since the epoch */
  stop(name: string): number {
    this.find(name);
    this.#stops.get(name)?.();
    return this.#options.clock.nowMs();
  }

  /** Ends all executions. */
  close(): void {
    for (const stop of this.#stops.values()) stop();
  }

  #run(record: ExecutionRecord, input: JsonValue): void {
    const { definition, invoke, schedule, pace, onTransition } = this.#options;
    const { name } = record;
    const { handlers, task, abandon } = executionTasks(definition, {
      tokens: this.tokens,
      schedule,
      invoke,
      tokenTimeoutMs: pace.tokenTimeoutMs,
      onSubmitted: (state) => onTransition({ type: 'task-submitted', execution: name, state }),
    });
    const { result, abort, eventLogs } = this.#machine.run(input, {
      overrides: {
        taskResourceLocalHandlers: { ...handlers },
        waitTimeOverrides: everyState(definition, pace.waitMs),
        retryIntervalOverrides: everyState(definition, pace.retryMs),
      },
      context: { Execution: { Name: name }, Task: task },
    });
    this.#stops.set(name, () => {
      abort();
      // The timers of a task that is still under way would keep the process alive.
      abandon();
    });
    const reported = this.#report(name, eventLogs);
    result
      .then(
        (output) => ({ ...record, status: 'SUCCEEDED' as const, output: JSON.stringify(output) }),
        (error: unknown) => ({ ...record, ...failureOf(error) }),
      )
      // The end is reported after all that led to it.
      .then(async (ended) => {
        await reported;
        this.#end(ended);
      });
  }

  #end(record: Omit<ExecutionRecord, 'endedAtMs'>): void {
    const { clock, onTransition } = this.#options;
    this.#stops.delete(record.name);
    this.#records.set(record.name, { ...record, endedAtMs: clock.nowMs() });
    onTransition({ type: 'execution-ended', execution: record.name, status: record.status });
  }

  async #report(execution: string, events: ReturnType<StateMachine['run']>['eventLogs']): Promise<void> {
    for await (const event of events) {
      const type = transitionTypes[event.type];
      if (type !== undefined && 'state' in event) {
        this.#options.onTransition({ type, execution, state: event.state.name });
      }
    }
  }
}

const transitionTypes: Readonly<Record<string, 'state-entered' | 'state-exited' | 'state-retried'>> = {
  StateEntered: 'state-entered',
  StateExited: 'state-exited',
  StateRetried: 'state-retried',
};

function everyState(definition: AslDefinition, ms: number | undefined): Record<string, number> {
  if (ms === undefined) return {};
  return Object.fromEntries(Object.keys(definition.States).map((name) => [name, ms]));
}

function failureOf(error: unknown): Pick<ExecutionRecord, 'status' | 'error' | 'cause'> {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error
    ? { status: 'FAILED', error: cause.name, cause: cause.message }
    : { status: 'FAILED', error: 'States.Runtime', cause: String(cause) };
}

function parseInput(input: string): JsonValue {
  try {
    return JSON.parse(input) as JsonValue;
  } catch {
    throw new ApiError('InvalidExecutionInput', 'the input is not JSON');
  }
}

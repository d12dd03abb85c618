import type { TraceContext } from '../../core/traceparent.ts';
import type { SealedBatch } from '../sealed-batch.ts';

/** The port to the state machine's executions. */
export interface Executions {
  /**
   * Starts an execution. `exists`: the name was used before, so the work is done or under way.
   * @param trace that the execution belongs to
   */
  readonly start: (name: string, input: SealedBatch, trace?: TraceContext) => Promise<'started' | 'exists'>;
  /** How an execution stands, or undefined when there was none of this name. */
  readonly statusOf: (name: string) => Promise<ExecutionStatus | undefined>;
}

export type ExecutionStatus = 'running' | 'ended';

/** The port to executions that wait for a task token. */
export interface WaitingTasks {
  /** Ends the wait. `gone`: nobody waits with this token any more. */
  readonly succeed: (taskToken: string, output: object) => Promise<'delivered' | 'gone'>;
  /** Ends the wait with an error, by its name and message. */
  readonly fail: (taskToken: string, error: Error) => Promise<'delivered' | 'gone'>;
}

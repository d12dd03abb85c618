export type ExecutionState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What DescribeExecution knows of an execution. Times are milliseconds since the epoch. */
export interface ExecutionRecord {
  readonly name: string;
  readonly input: string;
  readonly startedAtMs: number;
  readonly status: ExecutionState;
  readonly endedAtMs?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Something happened in an execution. */
export type Transition =
  | {
      readonly type: 'state-entered' | 'state-exited' | 'state-retried';
      readonly execution: string;
      readonly state: string;
    }
  /** The function of a waiting task has returned; the token is on its way. */
  | { readonly type: 'task-submitted'; readonly execution: string; readonly state: string }
  | { readonly type: 'execution-ended'; readonly execution: string; readonly status: ExecutionState };

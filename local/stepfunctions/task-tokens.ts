import { ApiError } from './api-error.ts';

const PREFIX = 'local-task-';

/** A task that waits for its token to come back. */
export interface WaitingTask {
  readonly token: string;
  /** Resolves with what SendTaskSuccess brings, rejects with what SendTaskFailure or `fail` brings. */
  readonly answer: Promise<unknown>;
  /** Ends the wait with an error. */
  readonly fail: (error: Error) => void;
}

interface Pending {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The task tokens of all executions. */
export class TaskTokens {
  readonly #newId: () => string;
  readonly #pending = new Map<string, Pending>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** A new token. It can come back from now on, even before the task's function has returned. */
  issue(): WaitingTask {
    const token = PREFIX + this.#newId();
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(token, { resolve, reject });
    });
    // Whoever waits sees the rejection; nobody may be waiting yet.
    answer.catch(() => undefined);
    return { token, answer, fail: (error) => this.#take(token)?.reject(error) };
  }

  succeed(token: string, output: string): void {
    const parsed = parseOutput(output);
    this.#require(token).resolve(parsed);
  }

  fail(token: string, error: Error): void {
    this.#require(token).reject(error);
  }

  /** Whether somebody still waits with this token. */
  heartbeat(token: string): void {
    if (!this.#pending.has(token)) throw gone(token);
  }

  #require(token: string): Pending {
    const pending = this.#take(token);
    if (pending === undefined) throw gone(token);
    return pending;
  }

  #take(token: string): Pending | undefined {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    return pending;
  }
}

function gone(token: string): ApiError {
  return token.startsWith(PREFIX)
    ? new ApiError('TaskTimedOut', 'nobody waits with this token any more')
    : new ApiError('InvalidToken', 'the token is none of this service');
}

function parseOutput(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new ApiError('InvalidOutput', 'the output is not JSON');
  }
}

import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Schedule, Timer } from '../../core/clock.ts';
import { FunctionError, type InvocationAnswer, type LambdaError } from './invocation.ts';

export interface LocalFunctionOptions {
  readonly name: string;
  /** The handler's module; its export `handler` is called. */
  readonly module: URL;
  /** All that the handler finds in process.env. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly schedule: Schedule;
  /** One line that the function wrote to its output. */
  readonly onLog: (line: string) => void;
}

interface Pending {
  readonly id: number;
  readonly event: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/**
 * One Lambda function: its unmodified handler in a thread of its own, with an environment of its own, one invocation at
 * a time. The thread is started by the first invocation and kept; one that runs into its timeout is ended, as Lambda
 * does, and the next invocation starts a new one.
 */
export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  readonly #waiting: Pending[] = [];
  #worker: Worker | undefined;
  #current: { readonly pending: Pending; readonly timer: Timer } | undefined;
  #invocations = 0;
  #closed = false;

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
  }

  /**
   * Calls the handler with an event; resolves with its result.
   * @throws FunctionError with the errorType that Lambda would report
   */
  invoke(event: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new FunctionError(ended(this.#options.name));
      this.#waiting.push({ id: this.#invocations++, event: JSON.stringify(event ?? null), resolve, reject });
      this.#next();
    });
  }

  /** Starts the thread ahead of the first invocation, which then need not wait for the handler's modules. */
  load(): void {
    this.#running();
  }

  /** Ends the thread for good; whatever it was at fails. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#waiting.splice(0)) pending.reject(new FunctionError(ended(this.#options.name)));
    await this.#endThread(ended(this.#options.name));
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const pending = this.#waiting.shift();
    if (pending === undefined) return;
    const worker = this.#running();
    const { name, timeoutSeconds, schedule } = this.#options;
    const timer = schedule(timeoutSeconds * 1_000, () => {
      this.#endThread({
        errorType: 'Sandbox.Timedout',
        errorMessage: `${name} timed out after ${timeoutSeconds} seconds`,
        trace: [],
      });
    });
    this.#current = { pending, timer };
    worker.postMessage({ id: pending.id, event: pending.event });
  }

  #running(): Worker {
    this.#worker ??= this.#startThread();
    return this.#worker;
  }

  #startThread(): Worker {
    const { module, environment, onLog } = this.#options;
    const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      workerData: module.href,
      env: { ...environment },
      // The host's own flags are for the host.
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    for (const input of [worker.stdout, worker.stderr]) createInterface({ input }).on('line', onLog);
    worker.on('message', (answer: InvocationAnswer) => this.#settle(answer));
    const onEnd = (reason: string) => {
      if (worker === this.#worker) this.#endThread({ errorType: 'Runtime.ExitError', errorMessage: reason, trace: [] });
    };
    worker.on('error', (error) => onEnd(error.message));
    worker.on('exit', (code) => onEnd(`${this.#options.name} exited with ${code}`));
    return worker;
  }

  #settle(answer: InvocationAnswer): void {
    const current = this.#current;
    if (current === undefined || current.pending.id !== answer.id) return;
    this.#current = undefined;
    current.timer.cancel();
    if ('error' in answer) current.pending.reject(new FunctionError(answer.error));
    else current.pending.resolve(JSON.parse(answer.result));
    this.#next();
  }

  async #endThread(error: LambdaError): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (this.#current !== undefined) this.#settle({ id: this.#current.pending.id, error });
    await worker?.terminate();
  }
}

const ended = (name: string): LambdaError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `${name} was shut down`,
  trace: [],
});

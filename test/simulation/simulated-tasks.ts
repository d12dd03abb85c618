import type { WaitingTasks } from '../../lambdas/executions/executions.ts';
import type { Scheduler } from './scheduler.ts';

/** As an hour in AWS: long after nearly every event has come, and short beside the time in which all has to end. */
const TIMEOUT_MS = 120_000;

export type Answer = 'ended' | 'timed-out';

/** Tokens that executions wait with, until they are brought back or their time is up. */
export class SimulatedTasks implements WaitingTasks {
  timedOut = 0;
  readonly #scheduler: Scheduler;
  readonly #waiting = new Map<string, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #issued = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** A new token, and what it is answered with. */
  issue(): { readonly taskToken: string; readonly answer: Promise<Answer> } {
    const taskToken = `token-${++this.#issued}`;
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(taskToken, { resolve, reject }));
    this.#scheduler.after(TIMEOUT_MS, () => {
      const waiting = this.#take(taskToken);
      if (waiting === undefined) return;
      this.timedOut += 1;
      waiting.resolve('timed-out');
    });
    return { taskToken, answer };
  }

  readonly succeed: WaitingTasks['succeed'] = async (taskToken) => {
    const waiting = this.#take(taskToken);
    waiting?.resolve('ended');
    return waiting === undefined ? 'gone' : 'delivered';
  };

  readonly fail: WaitingTasks['fail'] = async (taskToken, error) => {
    const waiting = this.#take(taskToken);
    waiting?.reject(error);
    return waiting === undefined ? 'gone' : 'delivered';
  };

  #take(taskToken: string) {
    const waiting = this.#waiting.get(taskToken);
    this.#waiting.delete(taskToken);
    return waiting;
  }
}

import type { Schedule } from '../../core/clock.ts';

/** What `work` comes to; rejects when that takes longer than `timeoutMs`. */
export function withinMs<T>(work: Promise<T>, timeoutMs: number, schedule: Schedule): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = schedule(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

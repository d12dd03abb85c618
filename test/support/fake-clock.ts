import type { Clock, Schedule } from '../../core/clock.ts';

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

const START_MS = Date.parse('2026-01-02T03:04:05.000Z');

/**
 * Time that stands still until it is moved. `schedule` keeps tasks; `advance` runs those that come due, in order, each
 * at its own moment, and lets the work that they begin go on in between.
 */
export class FakeClock implements Clock {
  readonly #tasks = new Set<Task>();
  #elapsedMs = 0;

  readonly nowMs = (): number => START_MS + this.#elapsedMs;
  readonly monotonicMs = (): number => this.#elapsedMs;

  readonly schedule: Schedule = (delayMs, run) => {
    const task: Task = { atMs: this.#elapsedMs + Math.max(0, delayMs), run };
    this.#tasks.add(task);
    return { cancel: () => this.#tasks.delete(task) };
  };

  /** Milliseconds from now until the next task, or undefined when none waits. */
  get nextTaskMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.atMs - this.#elapsedMs;
  }

  /** Moves time by `ms`. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settled();
    for (let task = this.#next(); task !== undefined && task.atMs <= untilMs; task = this.#next()) {
      this.#tasks.delete(task);
      this.#elapsedMs = Math.max(this.#elapsedMs, task.atMs);
      task.run();
      await settled();
    }
    this.#elapsedMs = untilMs;
  }

  /** Moves time and runs nothing: the process was suspended. What came due meanwhile runs with the next `advance`. */
  pause(ms: number): void {
    this.#elapsedMs += ms;
  }

  #next(): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) if (next === undefined || task.atMs < next.atMs) next = task;
    return next;
  }
}

/** Resolves when every promise that could go on without time or input has done so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

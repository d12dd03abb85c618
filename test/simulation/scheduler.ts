import type { Timer } from '../../core/clock.ts';
import type { Random } from './random.ts';

/** A process of the simulated world: what is to happen in it waits while it is frozen, and never happens once it is dead. */
export class SimulatedProcess {
  readonly name: string;
  state: 'running' | 'frozen' | 'dead' = 'running';
  /** What came due while it was frozen. */
  readonly held: Task[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

interface Task {
  readonly run: () => void;
  readonly process: SimulatedProcess | undefined;
  atMs: number;
  order: number;
  cancelled: boolean;
}

/**
 * Virtual time. Tasks run one at a time, each followed by all the promises that it lets go on; those that are due at
 * the same moment run in an order that the seed decides. Nothing else moves the simulated world.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #heap: Task[] = [];
  nowMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Runs `run` in a process, or outside of all, `delayMs` from now. */
  after(delayMs: number, run: () => void, process?: SimulatedProcess): Timer {
    const task: Task = { run, process, atMs: 0, order: 0, cancelled: false };
    this.#enqueue(task, this.nowMs + Math.max(0, Math.ceil(delayMs)));
    return {
      cancel: () => {
        task.cancelled = true;
      },
    };
  }

  /** Lets a frozen process go on. What came due meanwhile happens now, in any order. */
  thaw(process: SimulatedProcess): void {
    if (process.state !== 'frozen') return;
    process.state = 'running';
    for (const task of process.held.splice(0)) this.#enqueue(task, this.nowMs);
  }

  /** Runs all that comes due until then. */
  async runUntil(endMs: number): Promise<void> {
    await settled();
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#takeFirst();
      this.nowMs = next.atMs;
      if (next.cancelled || next.process?.state === 'dead') continue;
      if (next.process?.state === 'frozen') {
        next.process.held.push(next);
        continue;
      }
      next.run();
      await settled();
    }
    this.nowMs = endMs;
  }

  #enqueue(task: Task, atMs: number): void {
    task.atMs = atMs;
    task.order = this.#random.next();
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    for (let up = (at - 1) >> 1; at > 0; at = up, up = (at - 1) >> 1) {
      const parent = heap[up];
      if (parent === undefined || !isBefore(task, parent)) break;
      heap[at] = parent;
      heap[up] = task;
    }
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
  }
}

/** Resolves when every promise that can go on has done so: the platform empties the queue of promises before ticks. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (a: Task, b: Task): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

import type { Schedule, Timer } from '../../../core/clock.ts';
import type { Priority } from '../../../core/route.ts';
import type { Emit } from '../../telemetry/events.ts';
import { safeText } from '../../telemetry/safe-text.ts';
import { FairQueue } from './fair-queue.ts';
import type { SpoolEntry } from './spool-account.ts';
import type { UploadOutcome } from './upload-instance.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

export interface UploaderOptions {
  /** Uploads at a time while all goes well. */
  readonly uploads: number;
  readonly upload: (entry: SpoolEntry) => Promise<UploadOutcome>;
  readonly priorityOf: (route: string) => Priority;
  /** The entry is out of the spool. */
  readonly onGone: (entry: SpoolEntry) => void;
  readonly schedule: Schedule;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly emit: Emit;
}

/**
 * Uploads what is in the spool, associations in turn. When an upload fails, one at a time is tried, ever more seldom,
 * until one succeeds: hours of outage cost the store and the log next to nothing.
 */
export class Uploader {
  readonly #options: UploaderOptions;
  readonly #queue = new FairQueue<SpoolEntry>();
  #underWay = 0;
  #isRunning = false;
  /** In a row. */
  #failures = 0;
  #pause: Timer | undefined;

  constructor(options: UploaderOptions) {
    this.#options = options;
  }

  /** Whether uploads fail, and the spool grows. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  add(entry: SpoolEntry): void {
    const { associationId, route } = entry.name;
    this.#queue.push(associationId, this.#options.priorityOf(route) === 'stat', entry);
    this.#go();
  }

  start(): void {
    this.#isRunning = true;
    this.#go();
  }

  /** Begins no upload any more, until `start`. */
  stop(): void {
    this.#isRunning = false;
  }

  #go(): void {
    while (this.#isRunning && this.#pause === undefined && this.#underWay < this.#limit) {
      const entry = this.#queue.take();
      if (entry === undefined) return;
      this.#upload(entry);
    }
  }

  get #limit(): number {
    return this.isFailing ? 1 : this.#options.uploads;
  }

  async #upload(entry: SpoolEntry): Promise<void> {
    const { upload, onGone, schedule } = this.#options;
    this.#underWay += 1;
    const outcome = await upload(entry);
    this.#underWay -= 1;
    switch (outcome.type) {
      case 'uploaded':
        this.#succeeded();
        onGone(entry);
        break;
      case 'gone':
        onGone(entry);
        break;
      case 'wait':
        schedule(outcome.afterMs, () => this.add(entry));
        break;
      case 'failed':
        this.#failed(outcome.error);
        entry.failures += 1;
        schedule(this.#delayMs(entry.failures), () => this.add(entry));
        break;
    }
    this.#go();
  }

  #succeeded(): void {
    if (this.isFailing) this.#options.emit({ event: 'uploads-resumed' });
    this.#failures = 0;
    this.#pause?.cancel();
    this.#pause = undefined;
  }

  /** Those that were under way together fail together, and count once. */
  #failed(error: unknown): void {
    if (this.#pause !== undefined) return;
    this.#failures += 1;
    const retryMs = this.#delayMs(this.#failures);
    this.#pause = this.#options.schedule(retryMs, () => {
      this.#pause = undefined;
      this.#go();
    });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED';
    this.#options.emit({ event: 'upload-failed', code, detail: safeText(String(error), 200), retryMs });
  }

  /** With equal jitter, so that replicas do not come back together. */
  #delayMs(failures: number): number {
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS);
    return Math.round((delayMs * (1 + this.#options.random())) / 2);
  }
}

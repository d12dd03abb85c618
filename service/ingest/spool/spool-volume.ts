import type { Schedule, Timer } from '../../../core/clock.ts';
import type { Emit, SpoolLevel } from '../../telemetry/events.ts';

const MEASURE_MS = 2_000;
/** A level is left only when so much less is used, lest it is entered and left with every instance. */
const HYSTERESIS_PERCENT = 2;

export interface VolumeSize {
  readonly totalBytes: number;
  /** What this process may still write. */
  readonly availableBytes: number;
}

export interface SpoolVolumeOptions {
  readonly measure: () => Promise<VolumeSize>;
  readonly highPercent: number;
  readonly fullPercent: number;
  readonly schedule: Schedule;
  readonly emit: Emit;
}

/** How full the volume of the spool is: measured now and then, and reckoned in between. */
export class SpoolVolume {
  readonly #options: SpoolVolumeOptions;
  #totalBytes = 1;
  #usedBytes = 0;
  #level: SpoolLevel = 'normal';
  #timer: Timer | undefined;
  #isClosed = false;

  private constructor(options: SpoolVolumeOptions) {
    this.#options = options;
  }

  /** Measures for the first time; rejects when that fails. */
  static async open(options: SpoolVolumeOptions): Promise<SpoolVolume> {
    const volume = new SpoolVolume(options);
    await volume.#measure();
    volume.#measureLater();
    return volume;
  }

  get level(): SpoolLevel {
    return this.#level;
  }

  /** Share of the volume that is used, 0 to 1. */
  get usedRatio(): number {
    return this.#usedBytes / this.#totalBytes;
  }

  /** Reckons with bytes that are being written. */
  wrote(bytes: number): void {
    this.#usedBytes += bytes;
    this.#judge();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #measure(): Promise<void> {
    const { totalBytes, availableBytes } = await this.#options.measure();
    this.#totalBytes = Math.max(totalBytes, 1);
    this.#usedBytes = totalBytes - availableBytes;
    this.#judge();
  }

  #measureLater(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.schedule(MEASURE_MS, () => {
      // What cannot be measured is judged by what was written.
      this.#measure()
        .catch(() => undefined)
        .then(() => this.#measureLater());
    });
  }

  #judge(): void {
    const { highPercent, fullPercent, emit } = this.#options;
    const percent = this.usedRatio * 100;
    const reaches = (mark: number, isBeyond: boolean) => percent >= mark - (isBeyond ? HYSTERESIS_PERCENT : 0);
    const isFull = reaches(fullPercent, this.#level === 'full');
    const level = isFull ? 'full' : reaches(highPercent, this.#level !== 'normal') ? 'high' : 'normal';
    if (level === this.#level) return;
    this.#level = level;
    emit({ event: 'spool-level', fill: level, usedPercent: Math.round(percent) });
  }
}

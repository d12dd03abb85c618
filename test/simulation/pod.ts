import type { Clock, Schedule } from '../../core/clock.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { BatchKeeper } from '../../service/ingest/batch-keeper.ts';
import { Batches } from '../../service/ingest/batches.ts';
import type { GenerationLimits } from '../../service/ingest/generations.ts';
import { Reception } from '../../service/ingest/reception.ts';
import type { TelemetryEvent } from '../../service/telemetry/events.ts';
import { sampleMetadata } from '../support/sample-metadata.ts';
import type { Scheduler, SimulatedProcess } from './scheduler.ts';

export const LEASE_TTL_MS = 60_000;

const implementation = { classUid: '2.25.1', versionName: 'SIMULATED' };

/** How the clocks of a machine go. */
export interface ClockFaults {
  /** Added to the wall clock. */
  readonly skewMs: number;
  /** Seconds of the machine in one second. */
  readonly rate: number;
  /** Whether its monotonic clock stands still while the machine is frozen, as Linux' does in a suspended machine. */
  readonly stopsWhenFrozen: boolean;
}

export type InstanceStored = Extract<TelemetryEvent, { event: 'instance-stored' }>;

export interface PodOptions {
  readonly process: SimulatedProcess;
  readonly scheduler: Scheduler;
  readonly store: ObjectStore;
  readonly limits: GenerationLimits;
  readonly clockFaults: ClockFaults;
  readonly newBatchId: () => BatchId;
  readonly onEvent: (event: TelemetryEvent) => void;
}

/** One replica of the service from its first byte of a data set to its seal: the real code on simulated machinery. */
export class Pod {
  readonly process: SimulatedProcess;
  readonly batches: Batches;
  readonly #options: PodOptions;
  readonly #keeper: BatchKeeper;
  readonly #schedule: Schedule;
  readonly #clock: Clock;
  #frozenAtMs: number | undefined;
  #frozenMs = 0;
  #wallStepMs = 0;

  constructor(options: PodOptions) {
    this.#options = options;
    this.process = options.process;
    const { scheduler, process, clockFaults, limits, newBatchId, store, onEvent } = options;
    const { rate, skewMs } = clockFaults;
    this.#clock = {
      monotonicMs: () => (scheduler.nowMs - this.#frozenMs) * rate,
      nowMs: () => Math.floor(scheduler.nowMs * rate + skewMs + this.#wallStepMs),
    };
    this.#schedule = (delayMs, task) => {
      const dueMs = this.#clock.monotonicMs() + delayMs;
      let timer = scheduler.after(
        delayMs / rate,
        function due() {
          const leftMs = dueMs - pod.#clock.monotonicMs();
          if (leftMs > 1) timer = scheduler.after(leftMs / rate, due, process);
          else task();
        },
        process,
      );
      return { cancel: () => timer.cancel() };
    };
    const pod = this;
    this.batches = new Batches({
      store,
      route: { name: 'default', priority: 'routine' },
      limits,
      leaseTtlMs: LEASE_TTL_MS,
      owner: process.name,
      newBatchId,
      clock: this.#clock,
      schedule: this.#schedule,
      emit: onEvent,
    });
    this.#keeper = new BatchKeeper({ store, batches: this.batches, emit: onEvent });
  }

  /**
   * @param receivedAtMs tells this reception from all others, in its manifest too
   * @param onStored told just before success is answered
   */
  receive(
    associationId: string,
    instance: number,
    receivedAtMs: number,
    onStored: (event: InstanceStored) => void,
  ): Reception {
    return new Reception(
      { ...sampleMetadata(instance), associationId, calledAeTitle: 'SCP' },
      {
        keeper: this.#keeper,
        importChecks: 'accept',
        clock: { monotonicMs: this.#clock.monotonicMs, nowMs: () => receivedAtMs },
        emit: (event) => {
          this.#options.onEvent(event);
          if (event.event === 'instance-stored') onStored(event);
        },
        implementation,
      },
    );
  }

  freeze(): void {
    if (this.process.state !== 'running') return;
    this.process.state = 'frozen';
    this.#frozenAtMs = this.#options.scheduler.nowMs;
  }

  thaw(): void {
    const { scheduler, clockFaults } = this.#options;
    if (clockFaults.stopsWhenFrozen && this.#frozenAtMs !== undefined) {
      this.#frozenMs += scheduler.nowMs - this.#frozenAtMs;
    }
    this.#frozenAtMs = undefined;
    scheduler.thaw(this.process);
  }

  /** Not on a machine whose other clock stands still at times: one of them must count. */
  stepWallClock(ms: number): void {
    if (!this.#options.clockFaults.stopsWhenFrozen) this.#wallStepMs += ms;
  }
}

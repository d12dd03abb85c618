import { type BatchId, batchIdSchema } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { ulid } from '../../core/ulid.ts';
import type { SweepReport } from '../../lambdas/sweep/sweep.ts';
import type { TelemetryEvent } from '../../service/telemetry/events.ts';
import { Judge } from './judge.ts';
import { Modality } from './modality.ts';
import { Network } from './network.ts';
import { type Disturbance, HEALED_AT_MS, type Plan } from './plan.ts';
import { Pod } from './pod.ts';
import { Random } from './random.ts';
import { Scheduler, SimulatedProcess } from './scheduler.ts';
import { type Effect, SimulatedBucket } from './simulated-bucket.ts';
import { LEASE_GRACE_MS, SimulatedPipeline } from './simulated-pipeline.ts';
import { Tally } from './tally.ts';
import { Trace } from './trace.ts';

/** Time for everything to come to an end after the world has healed. */
const REST_MS = 700_000;
const CALM_SWEEP_INTERVAL_MS = 45_000;
const DRAIN_DEADLINE_MS = 20_000;
const RESTART_MS = 3_000;
/** A moment that receptions are counted from, each a millisecond later than the one before. */
const FIRST_RECEPTION_MS = Date.parse('2026-01-02T03:04:05.000Z');

/** A bug put in from outside: what is not given is as it should be. */
export interface Planted {
  readonly podStore?: (store: ObjectStore, process: SimulatedProcess, scheduler: Scheduler) => ObjectStore;
  readonly leaseGraceMs?: number;
  readonly checksExpiry?: boolean;
  readonly firstExecution?: (batchId: BatchId) => string;
}

export interface Verdict {
  /** Broken promises, in sentences; empty when all were kept. */
  readonly violations: readonly string[];
  readonly tally: Tally;
  readonly trace: readonly string[];
}

/** Lives through a plan to its end and judges what came of it. */
export async function simulate(plan: Plan, planted: Planted = {}, isTraced = false): Promise<Verdict> {
  return new World(plan, planted, isTraced).live();
}

class World {
  readonly #plan: Plan;
  readonly #planted: Planted;
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  readonly #network: Network;
  readonly #bucket: SimulatedBucket;
  readonly #pipeline: SimulatedPipeline;
  readonly #judge: Judge;
  readonly #tally = new Tally();
  readonly #pods: { readonly pod: Pod; readonly place: number }[] = [];
  readonly #modalities: readonly Modality[];
  #started = 0;
  #batches = 0;
  #receptions = 0;

  constructor(plan: Plan, planted: Planted, isTraced: boolean) {
    this.#plan = plan;
    this.#planted = planted;
    this.#random = new Random(plan.seed ^ 0x5eed);
    this.#scheduler = new Scheduler(this.#random);
    const nowMs = () => this.#scheduler.nowMs;
    this.#trace = new Trace(nowMs, isTraced);
    this.#network = new Network(this.#scheduler, this.#random, this.#trace, plan.faultRate);
    this.#bucket = new SimulatedBucket({
      nowMs,
      bytesPerByte: plan.bytesPerByte,
      checksExpiry: planted.checksExpiry ?? true,
      onEffect: (effect) => this.#onEffect(effect),
    });
    this.#pipeline = new SimulatedPipeline({
      scheduler: this.#scheduler,
      random: this.#random,
      network: this.#network,
      bucket: this.#bucket,
      leaseGraceMs: planted.leaseGraceMs ?? LEASE_GRACE_MS,
      firstExecution: planted.firstExecution ?? ((batchId) => batchId),
      onSwept: (report) => this.#onSwept(report),
    });
    this.#judge = new Judge(this.#bucket, this.#pipeline, this.#tally, nowMs);
    this.#modalities = plan.associations.map(
      (association, index) =>
        new Modality(`modality-${index}`, association, {
          scheduler: this.#scheduler,
          newReceivedAtMs: () => FIRST_RECEPTION_MS + ++this.#receptions,
          podAt: (place) => this.#podAt(place),
          onAcknowledged: (acknowledgement) => {
            this.#trace.say(
              acknowledgement.pod.process.name,
              `acknowledged #${acknowledgement.receivedAtMs - FIRST_RECEPTION_MS}`,
            );
            this.#judge.acknowledged(acknowledgement);
          },
        }),
    );
  }

  async live(): Promise<Verdict> {
    for (const place of this.#plan.clocks.keys()) this.#startPod(place);
    for (const [index, { atMs }] of this.#plan.associations.entries()) {
      this.#scheduler.after(atMs, () => this.#modalities[index]?.associate());
    }
    for (const disturbance of this.#plan.disturbances) {
      this.#scheduler.after(disturbance.atMs, () => this.#disturb(disturbance));
    }
    this.#sweepAgain();
    this.#pipeline.imports.dispatchAgain();
    await this.#scheduler.runUntil(HEALED_AT_MS);
    this.#heal();
    await this.#scheduler.runUntil(HEALED_AT_MS + REST_MS);
    // The world runs on promises alone: whoever waits for anything else has its turn here.
    await new Promise((resolve) => setImmediate(resolve));
    return { violations: this.#judge.verdict(), tally: this.#tally, trace: this.#trace.lines };
  }

  #sweepAgain(): void {
    this.#pipeline.sweep();
    const isHealed = this.#scheduler.nowMs >= HEALED_AT_MS;
    this.#scheduler.after(isHealed ? CALM_SWEEP_INTERVAL_MS : this.#plan.sweepIntervalMs, () => this.#sweepAgain());
  }

  #disturb(disturbance: Disturbance): void {
    this.#tally.count(disturbance.type);
    if (!('pod' in disturbance)) {
      if (disturbance.type === 'sweeper-crash') this.#pipeline.crashSweeper();
      else this.#pipeline.partitionSweeper();
      return;
    }
    const pod = this.#podAt(disturbance.pod);
    const weather = this.#network.weatherOf(pod.process);
    this.#trace.say(
      pod.process.name,
      `${disturbance.type}${'forMs' in disturbance ? ` for ${disturbance.forMs} ms` : ''}`,
    );
    switch (disturbance.type) {
      case 'crash':
        this.#end(pod, disturbance.pod);
        break;
      case 'drain':
        this.#drain(pod, disturbance.pod);
        break;
      case 'wall-clock-step':
        pod.stepWallClock(disturbance.byMs);
        break;
      case 'freeze':
        pod.freeze();
        this.#scheduler.after(disturbance.forMs, () => this.#thaw(pod));
        break;
      case 'partition':
        weather.partitioned = true;
        this.#scheduler.after(disturbance.forMs, () => {
          weather.partitioned = false;
        });
        break;
      case 'leases-refused':
        weather.leasesRefused = true;
        this.#scheduler.after(disturbance.forMs, () => {
          weather.leasesRefused = false;
        });
    }
  }

  #thaw(pod: Pod): void {
    this.#trace.say(pod.process.name, 'thaws');
    pod.thaw();
  }

  #heal(): void {
    this.#trace.say('world', 'heals');
    this.#network.faultRate = 0;
    for (const { pod } of this.#pods) {
      Object.assign(this.#network.weatherOf(pod.process), { partitioned: false, leasesRefused: false });
      if (pod.process.state === 'frozen') this.#thaw(pod);
    }
  }

  /** SIGTERM: another replica takes its place, its associations end at the deadline, and it leaves when all is sealed. */
  #drain(pod: Pod, place: number): void {
    this.#startPod(place);
    this.#scheduler.after(
      DRAIN_DEADLINE_MS,
      async () => {
        for (const modality of this.#modalities) modality.abort(pod);
        await pod.batches.drain();
        this.#end(pod, undefined);
      },
      pod.process,
    );
  }

  /** The process is gone; in `place`, if there is none yet, another one starts. */
  #end(pod: Pod, place: number | undefined): void {
    pod.process.state = 'dead';
    if (place !== undefined) this.#scheduler.after(RESTART_MS, () => this.#startPod(place));
    for (const modality of this.#modalities) modality.podDied(pod);
  }

  #podAt(place: number): Pod {
    return this.#pods.findLast((one) => one.place === place)?.pod ?? this.#startPod(place);
  }

  #startPod(place: number): Pod {
    const process = new SimulatedProcess(`pod-${place}-${++this.#started}`);
    const store = this.#bucket.connect(process, this.#network);
    const clockFaults = this.#plan.clocks[place] ?? { skewMs: 0, rate: 1, stopsWhenFrozen: false };
    const pod = new Pod({
      process,
      scheduler: this.#scheduler,
      store: this.#planted.podStore?.(store, process, this.#scheduler) ?? store,
      limits: this.#plan.limits,
      clockFaults,
      newBatchId: () => this.#newBatchId(),
      onEvent: (event) => this.#onPodEvent(process, event),
    });
    this.#pods.push({ pod, place });
    this.#trace.say(process.name, 'starts');
    return pod;
  }

  #newBatchId(): BatchId {
    const random = new Uint8Array(10);
    new DataView(random.buffer).setUint32(4, ++this.#batches);
    return batchIdSchema.parse(ulid(this.#scheduler.nowMs, random));
  }

  #onPodEvent(process: SimulatedProcess, event: TelemetryEvent): void {
    if (event.event !== 'instance-stored') this.#trace.say(process.name, JSON.stringify(event));
    this.#judge.podEvent(event);
  }

  #onSwept(report: SweepReport): void {
    for (const orphan of report.orphans) {
      this.#tally.count(`sweeper: ${orphan.type}`);
      this.#trace.say('sweeper', JSON.stringify(orphan));
    }
    for (const { subject, error } of report.problems)
      this.#trace.say('sweeper', `could not sweep ${subject}: ${error}`);
    this.#tally.count('sweeper: restarted', report.started.length);
  }

  #onEffect(effect: Effect): void {
    this.#judge.effect(effect);
    if (effect.type === 'written') this.#pipeline.objectCreated(effect.key);
  }
}

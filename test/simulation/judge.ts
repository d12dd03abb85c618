import { type Manifest, type ManifestInstance, manifestSchema } from '../../core/manifest.ts';
import { type BatchId, batchIdOf, leasePrefix, manifestKey, manifestPrefix } from '../../core/object-keys.ts';
import type { TelemetryEvent } from '../../service/telemetry/events.ts';
import { sampleMetadata } from '../support/sample-metadata.ts';
import { type Acknowledgement, dataSetOf } from './modality.ts';
import { REQUEST_LIFE_MS } from './network.ts';
import { LEASE_TTL_MS } from './pod.ts';
import type { Effect, SimulatedBucket } from './simulated-bucket.ts';
import type { SimulatedPipeline } from './simulated-pipeline.ts';
import type { Tally } from './tally.ts';

/** Machines' clocks go wrong by this much at most. */
const MAX_DRIFT = 0.02;

interface Sealed {
  readonly manifest: Manifest;
  readonly atMs: number;
  readonly bySweeper: boolean;
  /** When the store wrote its lease last before the seal. */
  readonly leaseWrittenAtMs: number;
}

/** Watches a simulated world and holds it against the promises. */
export class Judge {
  readonly #bucket: SimulatedBucket;
  readonly #pipeline: SimulatedPipeline;
  readonly #tally: Tally;
  readonly #nowMs: () => number;
  readonly #violations = new Set<string>();
  readonly #acknowledged: Acknowledgement[] = [];
  readonly #sealed = new Map<BatchId, Sealed>();
  readonly #leaseWrittenAtMs = new Map<BatchId, number>();
  /** Instances that came under a batch that its owner had sealed without them: by the moment of their reception. */
  readonly #cameLate = new Map<string, string>();

  constructor(bucket: SimulatedBucket, pipeline: SimulatedPipeline, tally: Tally, nowMs: () => number) {
    this.#bucket = bucket;
    this.#pipeline = pipeline;
    this.#tally = tally;
    this.#nowMs = nowMs;
  }

  podEvent(event: TelemetryEvent): void {
    this.#tally.count(event.event === 'instance-stored' ? `instance-stored: ${event.outcome}` : event.event);
    if (event.event === 'batch-sealed') this.#tally.count(`sealed: ${event.reason}`);
    if (event.event === 'batch-lost') this.#tally.count('moved out of a lost batch', event.moved);
  }

  /** Success was answered: from now on the instance must not be lost, whatever happens. */
  acknowledged(acknowledgement: Acknowledgement): void {
    const { batchId, outcome } = acknowledgement.stored;
    this.#acknowledged.push(acknowledgement);
    const sealed = this.#sealed.get(batchId as BatchId);
    if (sealed === undefined || outcome === 'identical') return;
    this.#tally.count('acknowledged when sealed');
    if (entriesOf(sealed.manifest, acknowledgement).length === 0) {
      this.#broken(`${nameOf(acknowledgement)} was acknowledged under ${batchId}, which is sealed without it`);
    }
  }

  effect(effect: Effect): void {
    const batchId = batchIdOf(effect.key);
    if (batchId === undefined) return;
    if (effect.key.startsWith(leasePrefix)) {
      if (effect.type === 'written') this.#leaseWrittenAtMs.set(batchId, effect.atMs);
    } else if (effect.key.startsWith(manifestPrefix)) this.#manifestEffect(batchId, effect);
    else this.#objectEffect(batchId, effect);
  }

  verdict(): readonly string[] {
    const manifests = [...this.#sealed.values()].map(({ manifest }) => manifest);
    for (const acknowledgement of this.#acknowledged) this.#judgeAcknowledged(acknowledgement, manifests);
    for (const manifest of manifests) this.#judgeManifest(manifest);
    // What was acknowledged may come a second time; what was refused may not come when nobody can name it any more.
    for (const { receivedAtMs } of this.#acknowledged) this.#cameLate.delete(new Date(receivedAtMs).toISOString());
    for (const key of this.#cameLate.values()) this.#broken(`${key} was refused, and came after its batch was sealed`);
    for (const key of this.#bucket.keys(leasePrefix)) this.#broken(`${key} was left`);
    this.#tally.count('acknowledged', this.#acknowledged.length);
    this.#tally.count('manifests', manifests.length);
    const { counts, imports } = this.#pipeline;
    for (const [what, times] of Object.entries({ ...counts, ...imports.counts })) this.#tally.count(what, times);
    this.#tally.count('waits that timed out', imports.tasks.timedOut);
    return [...this.#violations];
  }

  #judgeAcknowledged(acknowledgement: Acknowledgement, manifests: readonly Manifest[]): void {
    const name = nameOf(acknowledgement);
    const dataSet = dataSetOf(acknowledgement.sent);
    const isThere = ({ key }: ManifestInstance) =>
      Buffer.from(this.#bucket.objects.get(key)?.bytes ?? [])
        .subarray(-dataSet.length)
        .equals(dataSet);
    if (acknowledgement.stored.outcome === 'identical') {
      const twins = manifests.filter(({ batchId }) => batchId === acknowledgement.stored.batchId);
      const { sopInstanceUid } = sampleMetadata(acknowledgement.sent.instance);
      const isNamed = twins.some(({ instances }) =>
        instances.some((instance) => instance.sopInstanceUid === sopInstanceUid && isThere(instance)),
      );
      if (!isNamed) this.#broken(`${name} is in no manifest although its twin was said to be`);
      return;
    }
    const entries = manifests.flatMap((manifest) => entriesOf(manifest, acknowledgement));
    if (entries.length !== 1) this.#broken(`${name} is in ${entries.length} manifests`);
    if (!entries.every(isThere)) this.#broken(`${name} is not there with the bytes that were sent`);
  }

  #judgeManifest({ batchId, instances }: Manifest): void {
    for (const { key, bytes, crc32 } of instances) {
      const digest = this.#bucket.objects.get(key)?.digest;
      if (digest === undefined) this.#broken(`${batchId} names ${key}, which is not there`);
      else if (digest.crc32 !== crc32 || digest.bytes !== bytes)
        this.#broken(`${batchId} names ${key} with other bytes`);
    }
    const executions = [...this.#pipeline.executions.keys()].filter((name) => name.startsWith(batchId));
    const first = executions.filter((name) => !/-r\d+$/.test(name));
    if (executions.length === 0) this.#broken(`${batchId} was never started`);
    if (first.length > 1) this.#broken(`${batchId} was started ${first.length} times`);
    if (!this.#pipeline.imports.hasImported(batchId, instances.length)) this.#broken(`${batchId} was not imported`);
    if (this.#pipeline.ledger.batches.get(batchId)?.status !== 'completed')
      this.#broken(`${batchId} was not completed`);
    if (instances.length === 0) this.#broken(`${batchId} was sealed without instances`);
  }

  #manifestEffect(batchId: BatchId, { type, by, atMs }: Effect): void {
    const text = this.#bucket.text(manifestKey(batchId)) ?? '';
    const before = this.#sealed.get(batchId);
    if (type === 'deleted' || before !== undefined) {
      this.#broken(`the manifest of ${batchId} was ${type} by ${by.name} after it was sealed`);
      return;
    }
    this.#sealed.set(batchId, {
      manifest: manifestSchema.parse(JSON.parse(text)),
      atMs,
      bySweeper: by.name.startsWith('sweep'),
      leaseWrittenAtMs: this.#leaseWrittenAtMs.get(batchId) ?? Number.NEGATIVE_INFINITY,
    });
  }

  #objectEffect(batchId: BatchId, { type, key, way, by }: Effect): void {
    const sealed = this.#sealed.get(batchId);
    if (sealed === undefined) return;
    const named = sealed.manifest.instances.find((instance) => instance.key === key);
    if (type === 'deleted') {
      if (named === undefined) return;
      this.#broken(`${key} was deleted by ${by.name} although its batch is sealed with it`);
      return;
    }
    const { digest, metadata } = this.#bucket.objects.get(key) ?? {};
    if (named !== undefined) {
      // The same request once more.
      if (digest?.crc32 !== named.crc32)
        this.#broken(`${key} was overwritten by ${by.name} after its batch was sealed`);
      return;
    }
    this.#tally.count('written under a sealed batch');
    // Never by a live owner in good standing: what leaves it while its lease is fresh lands before anybody may look.
    const leaseEndedMs = sealed.leaseWrittenAtMs + LEASE_TTL_MS * (1 - MAX_DRIFT);
    if (sealed.bySweeper && way.departedAtMs < leaseEndedMs) {
      this.#broken(`${key} left ${by.name} under a live lease and landed after the sweeper's seal`);
    }
    if (!sealed.bySweeper && (way.departedAtMs > sealed.atMs || this.#nowMs() > way.departedAtMs + REQUEST_LIFE_MS)) {
      this.#broken(`${key} left ${by.name} after its batch was sealed`);
    }
    if (!sealed.bySweeper && !by.name.startsWith('sweep') && metadata !== undefined)
      this.#cameLate.set(metadata.receivedAt, key);
  }

  #broken(promise: string): void {
    this.#violations.add(promise);
  }
}

const receivedAt = ({ receivedAtMs }: Acknowledgement): string => new Date(receivedAtMs).toISOString();

const nameOf = (acknowledgement: Acknowledgement): string =>
  `instance ${acknowledgement.sent.instance}/${acknowledgement.sent.variant}, received ${receivedAt(acknowledgement)}`;

const entriesOf = ({ instances }: Manifest, acknowledgement: Acknowledgement): readonly ManifestInstance[] =>
  instances.filter((instance) => instance.receivedAt === receivedAt(acknowledgement));

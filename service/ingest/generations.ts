import type { GenerationLimits } from '../../core/generation-limits.ts';
import { importJobLimits } from '../../core/healthimaging.ts';
import type { SealReason } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';

export type { GenerationLimits };

interface Generation {
  readonly batchId: BatchId;
  readonly openedAtMs: number;
  readonly associations: Set<string>;
  files: number;
  bytes: number;
  inFlight: number;
  lastActivityMs: number;
  /** Once set, no instance joins, and the batch is sealed as soon as none is in flight. */
  closing: SealReason | undefined;
}

/**
 * How the associations of one route become batches: a pure account of who is in which batch. Rules:
 * - At most one batch takes new associations; older ones live on until their associations have ended.
 * - An association stays with its batch, so that its study is not split, until a limit closes the batch.
 * - No instance in flight is ever cut: a closing batch is due only when its last instance has been answered.
 * Times are monotonic milliseconds, given by the caller.
 */
export class Generations {
  readonly #limits: GenerationLimits;
  readonly #newBatchId: () => BatchId;
  readonly #batches = new Map<BatchId, Generation>();
  readonly #pinned = new Map<string, Generation>();
  #current: Generation | undefined;

  constructor(limits: GenerationLimits, newBatchId: () => BatchId) {
    this.#limits = limits;
    this.#newBatchId = newBatchId;
  }

  /** The batch that the next instance of an association goes to. Counts the instance as in flight. */
  admit(associationId: string, nowMs: number): BatchId {
    const generation = this.#accepting(this.#pinned.get(associationId), nowMs) ?? this.#join(associationId, nowMs);
    generation.files += 1;
    generation.inFlight += 1;
    generation.lastActivityMs = nowMs;
    return generation.batchId;
  }

  /** Whether an admitted instance of this size leaves the batch within what one import job takes. */
  fits(batchId: BatchId, bytes: number): boolean {
    const stored = this.#batches.get(batchId)?.bytes ?? 0;
    return stored === 0 || stored + bytes <= importJobLimits.maxBytes;
  }

  /** An admitted instance was stored under this batch. */
  stored(batchId: BatchId, bytes: number, nowMs: number): void {
    const generation = this.#settle(batchId, nowMs);
    if (generation !== undefined) generation.bytes += bytes;
  }

  /** An admitted instance left nothing in this batch. */
  dropped(batchId: BatchId, nowMs: number): void {
    const generation = this.#settle(batchId, nowMs);
    if (generation !== undefined) generation.files -= 1;
  }

  associationEnded(associationId: string, nowMs: number): void {
    const generation = this.#pinned.get(associationId);
    this.#pinned.delete(associationId);
    if (generation?.associations.delete(associationId)) generation.lastActivityMs = nowMs;
  }

  /** Closes one batch to all, because it was lost to the sweeper or the service drains. */
  close(batchId: BatchId, reason: SealReason): void {
    const generation = this.#batches.get(batchId);
    if (generation !== undefined) generation.closing ??= reason;
  }

  closeAll(reason: SealReason): void {
    for (const batchId of this.#batches.keys()) this.close(batchId, reason);
  }

  /** Takes out the batches that are to be sealed now. */
  takeDue(nowMs: number): readonly { readonly batchId: BatchId; readonly reason: SealReason }[] {
    const due: { batchId: BatchId; reason: SealReason }[] = [];
    for (const generation of this.#batches.values()) {
      this.#closeAtLimit(generation, nowMs);
      const reason = this.#reasonToSeal(generation, nowMs);
      if (reason === undefined) continue;
      due.push({ batchId: generation.batchId, reason });
      this.#remove(generation);
    }
    return due;
  }

  /** Milliseconds from now until time alone can make a batch due; undefined when there is none. */
  nextCheckMs(nowMs: number): number | undefined {
    const moments = [...this.#batches.values()]
      .filter(({ inFlight }) => inFlight === 0)
      .map((generation) => Math.max(0, this.#dueAtMs(generation) - nowMs));
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** When a batch with nothing in flight is due if nothing more happens to it. */
  #dueAtMs({ closing, associations, openedAtMs, lastActivityMs }: Generation): number {
    const { quietMs, maxAgeMs, hardAgeMs } = this.#limits;
    if (closing !== undefined) return Number.NEGATIVE_INFINITY;
    if (associations.size > 0) return openedAtMs + hardAgeMs;
    return Math.min(lastActivityMs + quietMs, openedAtMs + maxAgeMs);
  }

  #reasonToSeal(generation: Generation, nowMs: number): SealReason | undefined {
    if (generation.inFlight > 0) return undefined;
    if (generation.closing !== undefined) return generation.closing;
    if (generation.associations.size > 0) return undefined;
    if (this.#age(generation, nowMs) >= this.#limits.maxAgeMs) return 'associations-ended';
    return nowMs - generation.lastActivityMs >= this.#limits.quietMs ? 'quiet' : undefined;
  }

  /** The generation, if it still takes instances. */
  #accepting(generation: Generation | undefined, nowMs: number): Generation | undefined {
    if (generation === undefined) return undefined;
    this.#closeAtLimit(generation, nowMs);
    return generation.closing === undefined ? generation : undefined;
  }

  #closeAtLimit(generation: Generation, nowMs: number): void {
    if (generation.files >= this.#limits.maxFiles) generation.closing ??= 'max-files';
    if (generation.bytes >= this.#limits.maxBytes) generation.closing ??= 'max-bytes';
    if (this.#age(generation, nowMs) >= this.#limits.hardAgeMs) generation.closing ??= 'hard-age';
  }

  #join(associationId: string, nowMs: number): Generation {
    this.associationEnded(associationId, nowMs);
    const current = this.#accepting(this.#current, nowMs);
    const joined =
      current !== undefined && this.#age(current, nowMs) < this.#limits.maxAgeMs ? current : this.#open(nowMs);
    joined.associations.add(associationId);
    this.#pinned.set(associationId, joined);
    return joined;
  }

  #open(nowMs: number): Generation {
    const generation: Generation = {
      batchId: this.#newBatchId(),
      openedAtMs: nowMs,
      associations: new Set(),
      files: 0,
      bytes: 0,
      inFlight: 0,
      lastActivityMs: nowMs,
      closing: undefined,
    };
    this.#batches.set(generation.batchId, generation);
    this.#current = generation;
    return generation;
  }

  #settle(batchId: BatchId, nowMs: number): Generation | undefined {
    const generation = this.#batches.get(batchId);
    if (generation === undefined) return undefined;
    generation.inFlight -= 1;
    generation.lastActivityMs = nowMs;
    return generation;
  }

  #remove(generation: Generation): void {
    this.#batches.delete(generation.batchId);
    for (const associationId of generation.associations) this.#pinned.delete(associationId);
    if (this.#current === generation) this.#current = undefined;
  }

  #age(generation: Generation, nowMs: number): number {
    return nowMs - generation.openedAtMs;
  }
}

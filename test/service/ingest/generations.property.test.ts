import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchId, batchIdSchema } from '../../../core/object-keys.ts';
import { type GenerationLimits, Generations } from '../../../service/ingest/generations.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';

const limits: GenerationLimits = { quietMs: 50, maxAgeMs: 300, hardAgeMs: 3_000, maxFiles: 6, maxBytes: 400 };
const associations = ['a', 'b', 'c', 'd'] as const;

type Step =
  | { readonly do: 'admit' | 'end'; readonly association: (typeof associations)[number] }
  | { readonly do: 'store' | 'drop'; readonly pick: number; readonly bytes: number }
  | { readonly do: 'close'; readonly pick: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'closeAll' };

const association = fc.constantFrom(...associations);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('admit' as const), association }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('store' as const), pick: fc.nat(), bytes: fc.nat(150) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), pick: fc.nat(), bytes: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), association }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(200) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant({ do: 'closeAll' as const }) },
  ),
  { maxLength: 120 },
);

interface InFlight {
  readonly batchId: BatchId;
}

/** Drives generations as `Batches` does, and checks after each event what must hold. */
class Drive {
  readonly taken = new Map<BatchId, string>();
  readonly opened: BatchId[] = [];
  readonly inFlight: InFlight[] = [];
  readonly files = new Map<BatchId, number>();
  readonly bytes = new Map<BatchId, number>();
  readonly closed = new Set<BatchId>();
  readonly home = new Map<string, BatchId>();
  readonly openedAtMs = new Map<BatchId, number>();
  readonly generations = new Generations(limits, () => {
    const batchId = batchIdSchema.parse(sampleBatchId(this.opened.length));
    this.opened.push(batchId);
    this.openedAtMs.set(batchId, this.nowMs);
    return batchId;
  });
  nowMs = 0;

  run(step: Step): void {
    const { generations, nowMs } = this;
    switch (step.do) {
      case 'admit':
        this.admit(step.association);
        break;
      case 'store':
      case 'drop': {
        const [one] = this.inFlight.splice(step.pick % Math.max(1, this.inFlight.length), 1);
        if (one === undefined) return;
        if (step.do === 'store') generations.stored(one.batchId, step.bytes, nowMs);
        else generations.dropped(one.batchId, nowMs);
        const count = step.do === 'store' ? 0 : -1;
        this.files.set(one.batchId, (this.files.get(one.batchId) ?? 0) + count);
        this.bytes.set(one.batchId, (this.bytes.get(one.batchId) ?? 0) + step.bytes);
        break;
      }
      case 'end':
        generations.associationEnded(step.association, nowMs);
        this.home.delete(step.association);
        break;
      case 'close': {
        const batchId = this.opened[step.pick % Math.max(1, this.opened.length)];
        if (batchId === undefined) return;
        generations.close(batchId, 'owner-died');
        this.closed.add(batchId);
        break;
      }
      case 'closeAll':
        generations.closeAll('drain');
        for (const batchId of this.opened) this.closed.add(batchId);
        break;
      case 'wait':
        this.wait(step.ms);
        return;
    }
    this.takeDue();
  }

  admit(associationId: string): void {
    const batchId = this.generations.admit(associationId, this.nowMs);
    expect(this.taken.has(batchId), 'admitted to a batch that was taken').toBe(false);
    expect(this.closed.has(batchId), 'admitted to a batch that was closed').toBe(false);
    const before = this.home.get(associationId);
    if (before !== undefined && before !== batchId) {
      const limit =
        this.taken.has(before) ||
        this.closed.has(before) ||
        (this.files.get(before) ?? 0) >= limits.maxFiles ||
        (this.bytes.get(before) ?? 0) >= limits.maxBytes ||
        this.nowMs - (this.openedAtMs.get(before) ?? 0) >= limits.hardAgeMs;
      // A batch that was full once may have lost an instance since: then it is closing all the same.
      expect(limit || this.wasFull.has(before), 'an association was moved without need').toBe(true);
    }
    if (before === undefined) {
      expect(this.nowMs - (this.openedAtMs.get(batchId) ?? 0), 'joined an old batch').toBeLessThan(limits.maxAgeMs);
    }
    this.home.set(associationId, batchId);
    this.inFlight.push({ batchId });
    const files = (this.files.get(batchId) ?? 0) + 1;
    this.files.set(batchId, files);
    if (files >= limits.maxFiles) this.wasFull.add(batchId);
    expect(files, 'a batch has too many files').toBeLessThanOrEqual(limits.maxFiles);
  }

  readonly wasFull = new Set<BatchId>();

  /** Lets time pass, in the steps that `nextCheckMs` asks for. */
  wait(ms: number): void {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      const nextMs = this.generations.nextCheckMs(this.nowMs);
      const sleepMs = Math.min(nextMs ?? Number.POSITIVE_INFINITY, untilMs - this.nowMs);
      if (sleepMs > 1) {
        this.nowMs += sleepMs - 1;
        expect(this.generations.takeDue(this.nowMs), 'slept past a due moment').toEqual([]);
        this.nowMs += 1;
      } else this.nowMs += Math.max(sleepMs, Number(nextMs === 0));
      this.takeDue();
      if (nextMs !== undefined && nextMs <= sleepMs) expect(this.generations.nextCheckMs(this.nowMs)).not.toBe(0);
    }
  }

  takeDue(): void {
    for (const { batchId, reason } of this.generations.takeDue(this.nowMs)) {
      expect(this.taken.has(batchId), 'taken twice').toBe(false);
      expect(
        this.inFlight.some((one) => one.batchId === batchId),
        'an instance in flight was cut',
      ).toBe(false);
      this.taken.set(batchId, reason);
    }
  }
}

describe('Generations, whatever happens', () => {
  it('keeps its rules', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const drive = new Drive();
        for (const step of sequence) drive.run(step);

        for (const one of drive.inFlight.splice(0)) drive.generations.stored(one.batchId, 1, drive.nowMs);
        for (const associationId of associations) drive.generations.associationEnded(associationId, drive.nowMs);
        drive.takeDue();
        drive.wait(limits.quietMs);
        expect([...drive.taken.keys()].toSorted(), 'every batch is sealed in the end').toEqual(drive.opened);
        expect(drive.generations.nextCheckMs(drive.nowMs)).toBeUndefined();
      }),
      { numRuns: 1_500 },
    );
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { importJobLimits } from '../../../core/healthimaging.ts';
import { type BatchId, batchIdSchema } from '../../../core/object-keys.ts';
import { type GenerationLimits, Generations } from '../../../service/ingest/generations.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';

const limits: GenerationLimits = { quietMs: 5_000, maxAgeMs: 30_000, hardAgeMs: 300_000, maxFiles: 4, maxBytes: 1_000 };
const batch = (n: number): BatchId => batchIdSchema.parse(sampleBatchId(n));

let generations: Generations;
beforeEach(() => {
  let opened = 0;
  generations = new Generations(limits, () => batch(++opened));
});

/** Admits and stores one instance at once. */
function store(associationId: string, nowMs: number, bytes = 1): BatchId {
  const batchId = generations.admit(associationId, nowMs);
  generations.stored(batchId, bytes, nowMs);
  return batchId;
}

describe('joining', () => {
  it('puts associations of the same time into one batch', () => {
    expect([store('a', 0), store('b', 10), store('a', 20)]).toEqual([batch(1), batch(1), batch(1)]);
  });

  it('shares a batch among associations of one image each', () => {
    for (const [index, association] of ['a', 'b', 'c'].entries()) {
      expect(store(association, index * 1_000)).toBe(batch(1));
      generations.associationEnded(association, index * 1_000);
    }
  });

  it('closes a batch to new associations at its maximum age, and to them alone', () => {
    store('a', 0);
    expect(store('b', 29_999)).toBe(batch(1));
    expect(store('c', 30_000)).toBe(batch(2));
    expect(store('a', 30_001)).toBe(batch(1));
    expect(store('d', 30_002)).toBe(batch(2));
  });

  it('lets an association that has ended come again as a new one', () => {
    store('a', 0);
    generations.associationEnded('a', 0);
    expect(store('a', 30_000)).toBe(batch(2));
  });
});

describe('sealing', () => {
  it('is due after silence when no association is left', () => {
    store('a', 1_000);
    expect(generations.takeDue(10_000)).toEqual([]);
    generations.associationEnded('a', 10_000);
    expect(generations.takeDue(14_999)).toEqual([]);
    expect(generations.takeDue(15_000)).toEqual([{ batchId: batch(1), reason: 'quiet' }]);
    expect(generations.takeDue(15_000)).toEqual([]);
  });

  it('is due with the end of the last association once the batch takes no new ones', () => {
    store('a', 0);
    store('b', 0);
    generations.associationEnded('a', 40_000);
    expect(generations.takeDue(40_000)).toEqual([]);
    generations.associationEnded('b', 41_000);
    expect(generations.takeDue(41_000)).toEqual([{ batchId: batch(1), reason: 'associations-ended' }]);
  });

  it('is due when a batch without associations reaches its maximum age before it was silent for long', () => {
    store('a', 0);
    generations.associationEnded('a', 27_000);
    expect(generations.takeDue(29_999)).toEqual([]);
    expect(generations.nextCheckMs(29_999)).toBe(1);
    expect(generations.takeDue(30_000)).toEqual([{ batchId: batch(1), reason: 'associations-ended' }]);
  });

  it('is due at the hard age, whoever is associated, who then goes on in a new batch', () => {
    store('a', 0);
    expect(generations.takeDue(299_999)).toEqual([]);
    expect(generations.takeDue(300_000)).toEqual([{ batchId: batch(1), reason: 'hard-age' }]);
    expect(store('a', 300_000)).toBe(batch(2));
  });

  it('never cuts an instance in flight', () => {
    const batchId = generations.admit('a', 0);
    generations.associationEnded('a', 1_000);
    expect(generations.takeDue(900_000)).toEqual([]);
    generations.stored(batchId, 1, 900_000);
    expect(generations.takeDue(900_000)).toEqual([{ batchId, reason: 'hard-age' }]);
  });

  it('is due at once when a batch is full, though its associations live', () => {
    for (let file = 0; file < limits.maxFiles; file++) expect(store('a', 0)).toBe(batch(1));
    expect(generations.takeDue(0)).toEqual([{ batchId: batch(1), reason: 'max-files' }]);
    expect(store('a', 0)).toBe(batch(2));
  });

  it('is due at once when a batch has its bytes', () => {
    store('a', 0, 999);
    expect(generations.takeDue(0)).toEqual([]);
    store('a', 0, 1);
    expect(generations.takeDue(0)).toEqual([{ batchId: batch(1), reason: 'max-bytes' }]);
  });

  it('counts those in flight as files, so that a batch never has more than its maximum', () => {
    const homes = ['a', 'b', 'c', 'd', 'e'].map((association) => generations.admit(association, 0));
    expect(homes).toEqual([batch(1), batch(1), batch(1), batch(1), batch(2)]);
  });

  it('takes another instance in place of one that was dropped', () => {
    for (let file = 0; file < limits.maxFiles; file++) generations.admit('a', 0);
    generations.dropped(batch(1), 0);
    expect(generations.admit('a', 0)).toBe(batch(1));
  });

  it('holds the silence from the last event of any kind', () => {
    const batchId = generations.admit('a', 0);
    generations.associationEnded('a', 0);
    generations.dropped(batchId, 7_000);
    expect(generations.takeDue(11_999)).toEqual([]);
    expect(generations.takeDue(12_000)).toEqual([{ batchId, reason: 'quiet' }]);
  });
});

describe('closing', () => {
  it('sends the associations of the batch elsewhere and makes it due when nothing is in flight', () => {
    const batchId = generations.admit('a', 0);
    generations.close(batchId, 'owner-died');
    expect(generations.takeDue(0)).toEqual([]);
    expect(generations.admit('a', 0)).toBe(batch(2));
    generations.stored(batchId, 1, 0);
    expect(generations.takeDue(0)).toEqual([{ batchId, reason: 'owner-died' }]);
  });

  it('keeps the first reason', () => {
    const batchId = store('a', 0);
    generations.close(batchId, 'owner-died');
    generations.closeAll('drain');
    expect(generations.takeDue(0)).toEqual([{ batchId, reason: 'owner-died' }]);
  });

  it('closes every batch for a drain', () => {
    store('a', 0);
    store('b', 30_000);
    generations.closeAll('drain');
    expect(generations.nextCheckMs(30_000)).toBe(0);
    expect(generations.takeDue(30_000).map(({ reason }) => reason)).toEqual(['drain', 'drain']);
  });

  it('does nothing for a batch that is gone', () => {
    generations.close(batch(9), 'drain');
    generations.stored(batch(9), 1, 0);
    generations.dropped(batch(9), 0);
    generations.associationEnded('nobody', 0);
    expect(generations.takeDue(0)).toEqual([]);
  });
});

describe('fits', () => {
  it('keeps a batch within what an import job takes', () => {
    const batchId = store('a', 0, importJobLimits.maxBytes - 10);
    expect(generations.fits(batchId, 10)).toBe(true);
    expect(generations.fits(batchId, 11)).toBe(false);
  });

  it('never refuses the first instance, which no other batch could take either', () => {
    const batchId = generations.admit('a', 0);
    expect(generations.fits(batchId, importJobLimits.maxBytes + 1)).toBe(true);
  });
});

describe('nextCheckMs', () => {
  it('waits for nothing while there is no batch, or while its instance is in flight', () => {
    expect(generations.nextCheckMs(0)).toBeUndefined();
    generations.admit('a', 0);
    expect(generations.nextCheckMs(0)).toBeUndefined();
  });

  it('waits for the hard age while an association lives and for silence afterwards', () => {
    store('a', 1_000);
    expect(generations.nextCheckMs(2_000)).toBe(299_000);
    generations.associationEnded('a', 3_000);
    expect(generations.nextCheckMs(4_000)).toBe(4_000);
  });
});

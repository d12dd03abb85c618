import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importJobLimits } from '../../core/healthimaging.ts';
import { batchIdOfJob } from '../../core/import-job-name.ts';
import { batchIdSchema } from '../../core/object-keys.ts';
import { firstParts, halvesOf, partAtWork } from '../../core/parts.ts';

const batchId = batchIdSchema.parse('01KAVZ5J8Q6MQK2V3W4X5Y6Z7A');
const open = (...bytes: readonly number[]) => bytes.map((size, index) => ({ index, bytes: size }));
const sizes = fc.array(fc.integer({ min: 1, max: 11_000_000_000 }), { minLength: 1, maxLength: 60 });

describe('the first parts of a batch', () => {
  it('are one, without copies, of a batch that fits into a job', () => {
    expect(firstParts(open(1, 2, 3), 3)).toEqual([{ from: 0, to: 3, copied: false }]);
  });

  it('have copies when a part of the batch has arrived', () => {
    expect(firstParts([{ index: 1, bytes: 1 }], 3)).toEqual([{ from: 0, to: 3, copied: true }]);
  });

  it('are none when everything has arrived', () => {
    expect(firstParts([], 3)).toEqual([]);
  });

  it('keep to the number of files', () => {
    const many = Array.from({ length: 5_001 }, (_, index) => ({ index, bytes: 1 }));
    expect(firstParts(many, 5_001).map(({ from, to }) => [from, to])).toEqual([
      [0, 5_000],
      [5_000, 5_001],
    ]);
  });

  it('cover every instance once, and none is larger than a job unless it is one instance', () => {
    fc.assert(
      fc.property(sizes, (bytes) => {
        const instances = open(...bytes);
        const parts = firstParts(instances, bytes.length);
        expect(parts.flatMap(({ from, to }) => instances.slice(from, to))).toEqual(instances);
        for (const { from, to } of parts) {
          const total = bytes.slice(from, to).reduce((sum, size) => sum + size, 0);
          expect(total <= importJobLimits.maxBytes || to - from === 1).toBe(true);
        }
      }),
    );
  });
});

describe('the halves of a part', () => {
  it('are none of one instance', () => {
    expect(halvesOf({ from: 0, to: 9, copied: true }, [{ index: 4, bytes: 1 }])).toBeUndefined();
  });

  it('end with each instance alone, after as many steps as its number has binary digits', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1 }), (indexes) => {
        const instances = indexes.sort((a, b) => a - b).map((index) => ({ index, bytes: 1 }));
        const within = (from: number, to: number) => instances.filter(({ index }) => index >= from && index < to);
        const alone: number[] = [];
        const search = (part: Parameters<typeof halvesOf>[0], depth: number) => {
          expect(depth).toBeLessThanOrEqual(Math.ceil(Math.log2(instances.length)));
          const halves = halvesOf(part, within(part.from, part.to));
          if (halves === undefined) alone.push(...within(part.from, part.to).map(({ index }) => index));
          for (const half of halves ?? []) search(half, depth + 1);
        };
        search({ from: 0, to: 501, copied: false }, 0);
        expect(alone).toEqual(indexes);
      }),
    );
  });
});

describe('the part at work', () => {
  const batch = { batchId, bucket: 'ingest', files: 8 };

  it('of a whole batch is imported from where it lies, under the name of the attempt', () => {
    expect(partAtWork(batch)).toMatchObject({ jobName: batchId, inputS3Uri: `s3://ingest/batches/${batchId}/` });
    expect(partAtWork({ ...batch, attempt: 2 })?.jobName).toBe(`${batchId}-r2`);
  });

  it('of a part is imported from its own prefix, under a name of its own', () => {
    const parts = [{ from: 4, to: 6, copied: true }];
    const jobName = `${batchId}-r1-p4-6`;
    expect(partAtWork({ ...batch, attempt: 1, parts })).toMatchObject({
      jobName,
      inputS3Uri: `s3://ingest/parts/${jobName}/`,
    });
    expect(batchIdOfJob(jobName)).toBe(batchId);
    expect(`${batchId}-r99999-p4999-5000`.length).toBeLessThanOrEqual(64);
  });

  it('is none when nothing is left', () => {
    expect(partAtWork({ ...batch, parts: [] })).toBeUndefined();
  });

  it.each(['nightly', '', 'x-r1', `${batchId}-x`, `${batchId}-p1`])(
    'knows that %j is the job of somebody else',
    (name) => {
      expect(batchIdOfJob(name)).toBeUndefined();
    },
  );
});

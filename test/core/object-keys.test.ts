import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchIdOf,
  batchIdSchema,
  batchPrefix,
  instanceKey,
  leaseKey,
  leasePrefix,
  manifestKey,
  manifestPrefix,
} from '../../core/object-keys.ts';
import { sampleBatchId } from '../support/sample-metadata.ts';

const batchId = batchIdSchema.parse(sampleBatchId(1));
/** Short enough that nothing is cut, in any script. */
const uid = fc.string({ unit: 'binary', maxLength: 16 }).filter((text) => text.isWellFormed());
const nastyUid = fc.oneof(
  uid,
  fc.string({ unit: fc.constantFrom('.', '/', '_', '~', '2', 'e', '\\', '\0'), maxLength: 8 }),
);

describe('instanceKey', () => {
  it('keeps well-formed UIDs readable', () => {
    expect(instanceKey(batchId, '1.2.3', '1.2.3.4')).toBe(`batches/${batchId}/1.2.3/1.2.3.4.dcm`);
    expect(instanceKey(batchId, '1.2.3', '1.2.3.4', 2)).toBe(`batches/${batchId}/1.2.3/1.2.3.4~2.dcm`);
    expect(instanceKey(batchId, '', '1.2')).toBe(`batches/${batchId}/_/1.2.dcm`);
  });

  it('gives different instances different keys', () => {
    const variant = fc.nat({ max: 3 });
    fc.assert(
      fc.property(nastyUid, nastyUid, variant, nastyUid, nastyUid, variant, (s1, i1, v1, s2, i2, v2) => {
        const same = s1 === s2 && i1 === i2 && v1 === v2;
        expect(instanceKey(batchId, s1, i1, v1) === instanceKey(batchId, s2, i2, v2)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never leaves the folder of its batch and stays within what S3 and file systems take', () => {
    const anyText = fc.oneof(nastyUid, fc.string({ unit: 'binary', maxLength: 400 }));
    fc.assert(
      fc.property(anyText, anyText, (series, instance) => {
        const key = instanceKey(batchId, series, instance);
        const segments = key.slice(batchPrefix(batchId).length).split('/');
        expect(key.startsWith(batchPrefix(batchId))).toBe(true);
        expect(segments).toHaveLength(2);
        expect(key).toMatch(/^[\w./~-]+$/);
        for (const segment of segments) {
          expect(segment).not.toMatch(/^\.*$/);
          expect(segment.length).toBeLessThanOrEqual(255);
        }
        expect(batchIdOf(key)).toBe(batchId);
      }),
    );
  });

  it('keeps over-long UIDs with a common beginning apart', () => {
    const [a, b] = ['1'.repeat(300), `${'1'.repeat(299)}2`];
    expect(instanceKey(batchId, a, '1')).not.toBe(instanceKey(batchId, b, '1'));
    expect(instanceKey(batchId, '1'.repeat(200), '1')).toContain(`/${'1'.repeat(200)}/`);
  });
});

describe('batchIdOf', () => {
  it('reads the batch off the three kinds of keys', () => {
    expect([leaseKey(batchId), manifestKey(batchId)].map(batchIdOf)).toEqual([batchId, batchId]);
    expect(leaseKey(batchId).startsWith(leasePrefix)).toBe(true);
    expect(manifestKey(batchId).startsWith(manifestPrefix)).toBe(true);
  });

  it.each([
    '',
    'batches/',
    `batches/${sampleBatchId(1)}`,
    `manifests/${sampleBatchId(1)}`,
    'manifests/x.json',
    `manifests/${sampleBatchId(1)}.json.tmp`,
    `other/${sampleBatchId(1)}/a`,
    `x/manifests/${sampleBatchId(1)}.json`,
  ])('is undefined for %j', (key) => expect(batchIdOf(key)).toBeUndefined());
});

describe('batchIdSchema', () => {
  it('takes nothing that could not be a job name and client token', () => {
    for (const wrong of ['', 'x', sampleBatchId(1).toLowerCase(), `${sampleBatchId(1)}0`, `../${sampleBatchId(1)}`]) {
      expect(batchIdSchema.safeParse(wrong).success).toBe(false);
    }
    expect(batchId).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  });
});

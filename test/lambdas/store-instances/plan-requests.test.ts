import { describe, expect, it } from 'vitest';
import { stowLimits } from '../../../core/healthimaging.ts';
import { planRequests, requestLimits } from '../../../lambdas/store-instances/plan-requests.ts';
import { manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const instances = (sizes: readonly number[]) =>
  manifestOf(newBatchId(), sizes.length).instances.map((one, index) => ({ ...one, bytes: sizes[index] ?? 0 }));
const sizesOf = (requests: ReturnType<typeof planRequests>['requests']) =>
  requests.map((request) => request.map(({ bytes }) => bytes));
const MB = 1_000_000;

describe('requests', () => {
  it('hold as many instances, in order, as are allowed', () => {
    expect(sizesOf(planRequests(instances([20 * MB, 12 * MB, 1, 31 * MB])).requests)).toEqual([
      [20 * MB, 12 * MB],
      [1, 31 * MB],
    ]);
    const many = planRequests(instances(Array.from({ length: requestLimits.instances + 1 }, () => 1))).requests;
    expect(many.map((request) => request.length)).toEqual([requestLimits.instances, 1]);
  });

  it('have one large instance alone, and leave larger ones', () => {
    const { requests, left } = planRequests(instances([1, 90 * MB, 1, 101 * MB]));
    expect(sizesOf(requests)).toEqual([[1], [90 * MB], [1]]);
    expect(left.map(({ bytes }) => bytes)).toEqual([101 * MB]);
  });

  it('have each SOP Instance UID once', () => {
    const [first, second] = instances([1, 2]);
    if (first === undefined || second === undefined) throw new Error('two instances');
    const { requests, left } = planRequests([first, { ...second, sopInstanceUid: first.sopInstanceUid }]);
    expect([sizesOf(requests), left.map(({ bytes }) => bytes)]).toEqual([[[1]], [2]]);
    expect(planRequests([{ ...first, sopInstanceUid: '' }]).left).toHaveLength(1);
  });

  it('are smaller than HealthImaging allows, with room for what is around the files', () => {
    expect(Math.max(requestLimits.bytes, requestLimits.instanceBytes)).toBeLessThan(stowLimits.maxRequestBytes / 2);
  });
});

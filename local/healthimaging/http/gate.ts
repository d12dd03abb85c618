import type { FaultPlan } from '../faults.ts';
import type { Quotas } from '../quotas.ts';
import { type Bucket, takeToken } from '../rate-limiter.ts';
import { ApiError } from './api-error.ts';
import type { OperationName } from './operation-name.ts';

/**
 * Lets requests through to their operations as the account's rates and the planned faults allow.
 * The returned function throws ApiError when it does not.
 */
export function createGate(quotas: Quotas, faults: FaultPlan, monotonicMs: () => number) {
  const buckets = new Map<OperationName, Bucket>();
  return (operation: OperationName): void => {
    const fault = faults.take('refuse-request', (one) => one.operation === operation);
    if (fault !== undefined) throw new ApiError(fault.error, `${operation} is refused for a trial`);
    const rate = quotas.rates[operation];
    if (rate === undefined) return;
    const { taken, bucket } = takeToken(buckets.get(operation), rate, monotonicMs());
    buckets.set(operation, bucket);
    if (!taken) throw new ApiError('ThrottlingException', 'Rate exceeded');
  };
}

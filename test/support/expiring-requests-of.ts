import type { S3Client } from '@aws-sdk/client-s3';
import { systemClock } from '../../core/system-clock.ts';
import { ExpiringRequests } from '../../service/store/s3/expiring-requests.ts';
import { StoreClock } from '../../service/store/s3/store-clock.ts';

/** Requests that expire, by this machine's clock or another. */
export const expiringRequestsOf = (client: S3Client, nowMs: () => number = systemClock.nowMs): ExpiringRequests =>
  new ExpiringRequests(client, new StoreClock({ ...systemClock, nowMs }));

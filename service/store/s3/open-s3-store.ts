import type { Clock, Schedule } from '../../../core/clock.ts';
import type { Config } from '../../../core/config-schema.ts';
import { SlabPool } from '../slabs/slab-pool.ts';
import { DirectTransport } from './direct-transport.ts';
import { ExpiringRequests } from './expiring-requests.ts';
import { patientClient } from './patient-client.ts';
import { Retry } from './retry.ts';
import { S3Store } from './s3-store.ts';
import { SdkTransport } from './sdk-transport.ts';
import { StoreClock } from './store-clock.ts';
import { multipartSizes } from './upload-options.ts';

export interface S3StoreRuntime {
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Opens the store as the service is configured, with the memory that its instances share. */
export function openS3Store(
  config: Config,
  { clock, schedule, random }: S3StoreRuntime,
): { readonly store: S3Store; readonly pool: SlabPool } {
  const { bucket = '', keyPrefix, s3PathStyle, s3Client, storeDeadlineMs: deadlineMs, maxAssociations } = config;
  const connections = {
    maxSockets: maxAssociations * multipartSizes.partsInFlight,
    stallMs: deadlineMs / STALLS_IN_DEADLINE,
  };
  const client = patientClient({ forcePathStyle: s3PathStyle }, connections);
  const { nowMs } = clock;
  const requests = new ExpiringRequests(client, new StoreClock(clock));
  const pool = new SlabPool({ budgetBytes: config.storeBufferBytes, progressBytes: multipartSizes.minPartBytes });
  const transport = s3Client === 'sdk' ? new SdkTransport(requests) : new DirectTransport({ requests, ...connections });
  const retry = new Retry({ clock, schedule, random });
  return {
    store: new S3Store({ client, bucket, keyPrefix, deadlineMs, nowMs, transport, requests, retry, pool }),
    pool,
  };
}

/** A connection that has stopped moving leaves time for another try. */
const STALLS_IN_DEADLINE = 2.5;

import { randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock, systemSchedule } from '../../core/system-clock.ts';
import { adoptDatastore } from '../../local/adopt-datastore.ts';
import type { HealthImagingEvent } from '../../local/healthimaging/events/event.ts';
import type { FaultPlan } from '../../local/healthimaging/faults.ts';
import { S3ObjectAccess } from '../../local/healthimaging/objects/s3-object-access.ts';
import { awsQuotas } from '../../local/healthimaging/quotas.ts';
import { startHealthImaging } from '../../local/healthimaging/start-healthimaging.ts';
import { askJson, clientOf, type EmulatedAws } from './emulated-aws.ts';

export interface Imaging {
  readonly endpoint: string;
  /** An empty data store, to be adopted. */
  readonly datastoreId: string;
  /** Events that the emulator's EventBridge took. */
  readonly delivered: () => number;
  readonly close: () => Promise<void>;
}

export interface ImagingOptions {
  readonly aws: EmulatedAws;
  readonly accountId: string;
  readonly faults: FaultPlan;
  readonly dataFolder: string;
  readonly onProblem: (error: unknown) => void;
}

/**
 * Our HealthImaging with the quotas of AWS, at the S3 of somebody else's AWS: it reads instances there, writes results
 * there, and tells that EventBridge of its jobs.
 */
export async function startImaging({
  aws,
  accountId,
  faults,
  dataFolder,
  onProblem,
}: ImagingOptions): Promise<Imaging> {
  const s3 = new S3Client({ ...clientOf(aws), forcePathStyle: true });
  let delivered = 0;
  const deliver = async (event: HealthImagingEvent): Promise<void> => {
    // AWS itself keeps sources that begin with `aws.` to its services.
    await askJson(aws, 'events', 'AWSEvents.PutEvents', {
      Entries: [
        {
          Source: event.source,
          DetailType: event['detail-type'],
          Detail: JSON.stringify(event.detail),
          Resources: event.resources,
          Time: Math.floor(Date.parse(event.time) / 1_000),
        },
      ],
    });
    delivered += 1;
  };
  const healthImaging = await startHealthImaging({
    host: '127.0.0.1',
    port: 0,
    dataFolder,
    objects: new S3ObjectAccess(s3),
    clock: systemClock,
    schedule: systemSchedule,
    newId: () => randomBytes(16).toString('hex'),
    account: { region: aws.region, accountId },
    quotas: awsQuotas,
    faults,
    timing: { queueMs: 500, importMs: 500 },
    onEvent: (event) => void deliver(event).catch(onProblem),
    onError: onProblem,
  });
  return {
    endpoint: healthImaging.endpoint,
    datastoreId: await adoptDatastore(healthImaging.endpoint),
    delivered: () => delivered,
    close: async () => {
      await healthImaging.close();
      s3.destroy();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { systemClock, systemSchedule } from '../../core/system-clock.ts';
import type { FaultRule } from '../../local/s3/fault.ts';
import { startS3 } from '../../local/s3/start-s3.ts';
import { S3Store } from '../../service/store/s3/s3-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';

const BUCKET = 'faults';
const REGION = 'us-east-1';
const KEY = 'faults';

/** A bucket for a trial, and what can go wrong on the way to it. */
export interface S3Site {
  readonly proxy: FaultyProxy;
  /** From now on requests go wrong as the rule says; has no effect on a server that is not our own. */
  readonly disturb: (rule: FaultRule) => void;
  /** What the service needs to store by way of the proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** The bucket without the proxy. */
  readonly store: S3Store;
  readonly close: () => Promise<void>;
}

export const calm: FaultRule = () => undefined;

/** Our own S3 server behind a faulty proxy. What a rule disturbs is the service's: the sweeper's keys are left alone. */
export async function startS3Site(): Promise<S3Site> {
  const folder = await temporaryFolder();
  let rule = calm;
  const server = await startS3({
    root: folder.path,
    port: 0,
    credentials: [{ accessKeyId: KEY, secretAccessKey: KEY }],
    region: REGION,
    buckets: [BUCKET],
    clock: systemClock,
    schedule: systemSchedule,
    newId: randomUUID,
    faults: (subject) => rule(subject),
  });
  const site = await openSite(server.port, async () => {
    await server.close();
    await folder.remove();
  });
  return {
    ...site,
    disturb: (next) => {
      rule = next;
    },
  };
}

/** A bucket on an S3 server that runs already. */
export async function openSite(port: number, closeServer: () => Promise<void>): Promise<S3Site> {
  const proxy = await startFaultyProxy(port);
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: REGION,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
    forcePathStyle: true,
    maxAttempts: 10,
  });
  return {
    proxy,
    disturb: () => undefined,
    environment: {
      SCP_STORE: 's3',
      SCP_BUCKET: BUCKET,
      SCP_S3_PATH_STYLE: 'true',
      AWS_ENDPOINT_URL_S3: proxy.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
    },
    store: new S3Store({ client, bucket: BUCKET, keyPrefix: '', deadlineMs: 20_000, nowMs: Date.now }),
    close: async () => {
      client.destroy();
      await proxy.close();
      await closeServer();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { FaultRule } from '../../local/s3/fault.ts';
import { type S3Server, startS3 } from '../../local/s3/start-s3.ts';
import { DirectTransport } from '../../service/store/s3/direct-transport.ts';
import { S3Store, type S3StoreOptions } from '../../service/store/s3/s3-store.ts';
import { expiringRequestsOf } from './expiring-requests-of.ts';
import { temporaryFolder } from './temporary-folder.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface S3UnderTest {
  readonly server: S3Server;
  readonly client: S3Client;
  readonly store: S3Store;
  /** A store over the same server with other options; by requests of our own unless `transport` is another. */
  readonly storeWith: (options: Partial<S3StoreOptions>, client?: S3ClientConfig) => S3Store;
  /** From now on requests go wrong as the rule says. */
  readonly disturb: (rule: FaultRule) => void;
  readonly close: () => Promise<void>;
}

/** The product's own S3 server on a port of its own, with a bucket, and a store over it. */
export async function startS3UnderTest(): Promise<S3UnderTest> {
  const folder = await temporaryFolder();
  let rule: FaultRule = () => undefined;
  const server = await startS3({
    root: folder.path,
    port: 0,
    credentials: 'any',
    region,
    buckets: ['bucket'],
    clock: { nowMs: Date.now },
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    newId: randomUUID,
    faults: (subject) => rule(subject),
  });
  const clients: S3Client[] = [];
  const clientWith = (config: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({ endpoint: server.endpoint, region, credentials, forcePathStyle: true, ...config });
    clients.push(client);
    return client;
  };
  const client = clientWith();
  const transports: DirectTransport[] = [];
  const storeWith: S3UnderTest['storeWith'] = (options, config) => {
    const own = config === undefined ? client : clientWith(config);
    const requests = expiringRequestsOf(own);
    const transport = new DirectTransport({ requests, maxSockets: 100, stallMs: 10_000 });
    transports.push(transport);
    return new S3Store({
      client: own,
      bucket: 'bucket',
      keyPrefix: '',
      deadlineMs: 20_000,
      nowMs: Date.now,
      transport,
      requests,
      ...options,
    });
  };
  return {
    server,
    client,
    store: storeWith({}),
    storeWith,
    disturb: (next) => {
      rule = next;
    },
    close: async () => {
      for (const one of clients) one.destroy();
      for (const one of transports) await one.close();
      await server.close();
      await folder.remove();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type S3Options, type S3Server, startS3 } from '../../../local/s3/start-s3.ts';
import type { S3Connection } from './s3-contract.ts';

export const localCredentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local-secret' };
export const region = 'us-east-1';

/** An empty folder, and what removes it. */
export async function temporaryFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'local-s3-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts the local server over `root` with the bucket `ingest`. */
export function startLocal(root: string, options: Partial<S3Options> = {}): Promise<S3Server> {
  return startS3({
    root,
    port: 0,
    credentials: [localCredentials],
    region,
    buckets: ['ingest'],
    clock: { nowMs: () => Date.now() },
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    newId: randomUUID,
    ...options,
  });
}

/** A client that does not retry, so that a test sees each answer. */
export function clientOf(endpoint: string, overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    requestStreamBufferSize: 64 * 1024,
    credentials: localCredentials,
    ...overrides,
  });
}

/** A connection for the contract; `stop` ends the server. */
export function connectionTo(
  endpoint: string,
  credentials: typeof localCredentials,
  stop: () => Promise<void>,
): S3Connection {
  const client = (overrides: S3ClientConfig = {}) => clientOf(endpoint, { credentials, ...overrides });
  return {
    credentials,
    client,
    newBucket: async () => {
      const name = `contract-${randomUUID()}`;
      const creator = client();
      await creator.send(new CreateBucketCommand({ Bucket: name }));
      creator.destroy();
      return name;
    },
    close: stop,
  };
}

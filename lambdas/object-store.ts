import { S3Client } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../core/object-store.ts';
import { S3Store } from '../service/store/s3/s3-store.ts';

const DEADLINE_MS = 20_000;

/**
 * Opens buckets as object stores, all over one client.
 * @param deadlineMs how long one request is retried
 */
export function objectStores(deadlineMs = DEADLINE_MS): (bucket: string) => ObjectStore {
  const client = new S3Client({});
  return (bucket) => new S3Store({ client, bucket, keyPrefix: '', deadlineMs, nowMs: Date.now });
}

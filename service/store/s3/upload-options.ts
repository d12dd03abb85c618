import type { S3Client } from '@aws-sdk/client-s3';
import type { SlabPool } from '../slabs/slab-pool.ts';
import type { BodyTransport } from './body-transport.ts';
import type { ExpiringRequests } from './expiring-requests.ts';
import type { Retry } from './retry.ts';

const MIB = 1024 * 1024;

/** When an object is uploaded in parts, and in which. */
export interface MultipartSizes {
  /** Up to here one PutObject; beyond, the two more round trips of a multipart upload are worth their price. */
  readonly singlePutBytes: number;
  readonly partBytes: number;
  /** S3 takes no smaller part but as the last. While memory is short, this is both the threshold and the part. */
  readonly minPartBytes: number;
  readonly partsInFlight: number;
  /** What S3 copies within one request, and within its deadline. */
  readonly copyPartBytes: number;
}

export const multipartSizes: MultipartSizes = {
  singlePutBytes: 16 * MIB,
  partBytes: 8 * MIB,
  minPartBytes: 5 * MIB,
  partsInFlight: 2,
  copyPartBytes: 256 * MIB,
};

/** How instances are brought to S3. */
export interface UploadOptions {
  /** For every request but those that carry instances. */
  readonly client: S3Client;
  readonly transport: BodyTransport;
  /** For the request that makes parts an object. */
  readonly requests: ExpiringRequests;
  readonly retry: Retry;
  readonly pool: SlabPool;
  readonly sizes: MultipartSizes;
  /** How long one body, and from the last byte of an instance its commit, may take, repeats included. */
  readonly deadlineMs: number;
}

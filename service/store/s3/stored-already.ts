import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Digest } from '../../../core/object-store.ts';
import type { Place } from './body-transport.ts';
import { statusOf } from './s3-fault.ts';

/**
 * Whether S3 has exactly these bytes under the key: asked when a request was refused that may have been done before,
 * and its answer lost. An object without a CRC-32 of the whole proves nothing.
 */
export async function storedAlready(
  client: S3Client,
  { bucket, key }: Place,
  digest: Digest,
  signal: AbortSignal,
): Promise<boolean> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' });
  try {
    const { ContentLength, ChecksumCRC32 = '' } = await client.send(command, { abortSignal: signal });
    return ContentLength === digest.bytes && Buffer.from(ChecksumCRC32, 'base64').toString('hex') === digest.crc32;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../../core/object-store.ts';
import type { Place } from './body-transport.ts';
import { MultipartUpload, targetOf } from './multipart-upload.ts';
import { toS3Metadata } from './object-metadata.ts';

export interface CopyOptions {
  readonly client: S3Client;
  /** The most that one request copies. */
  readonly partBytes: number;
  /** Bounds each request, repeats of the client included. */
  readonly deadlineMs: number;
}

/**
 * Copies an object within S3, in parts when it is large: CopyObject takes 5 GB at most, and time by the byte. Rejects
 * with the client's errors and leaves no unfinished upload.
 * @param info what is to be copied
 */
export async function copyWithinS3(
  { client, partBytes, deadlineMs }: CopyOptions,
  from: Place,
  to: Place,
  info: ObjectInfo,
): Promise<void> {
  const within = () => AbortSignal.timeout(deadlineMs);
  const source = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
  if (info.bytes <= partBytes) {
    await client.send(new CopyObjectCommand({ ...targetOf(to), CopySource: source }), { abortSignal: within() });
    return;
  }
  const metadata = info.metadata === undefined ? {} : toS3Metadata(info.metadata);
  const upload = await MultipartUpload.begin(client, to, metadata, within());
  const parts = Array.from({ length: Math.ceil(info.bytes / partBytes) }, (_, index) => {
    const firstByte = index * partBytes;
    const lastByte = Math.min(firstByte + partBytes, info.bytes) - 1;
    return upload.copyPart(index + 1, source, firstByte, lastByte, within());
  });
  try {
    await client.send(upload.completion(await Promise.all(parts), info), { abortSignal: within() });
  } catch (error) {
    await Promise.allSettled(parts);
    await upload.abort(within());
    throw error;
  }
}

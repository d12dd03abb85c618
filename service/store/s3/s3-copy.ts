import { CopyObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../../core/object-store.ts';
import { MultipartUpload, placeOf, type S3Target, within } from './multipart-upload.ts';
import { toS3Metadata } from './object-metadata.ts';

/**
 * Copies an object within S3, in parts when it is large: CopyObject takes 5 GB at most, and time by the byte. Rejects
 * with the client's errors and leaves no unfinished upload.
 * @param source bucket and key, percent-encoded
 * @param partBytes the most that one request copies
 */
export async function copyWithinS3(
  target: S3Target,
  source: string,
  info: ObjectInfo,
  partBytes: number,
): Promise<void> {
  if (info.bytes <= partBytes) {
    await target.client.send(new CopyObjectCommand({ ...placeOf(target), CopySource: source }), within(target));
    return;
  }
  const upload = await MultipartUpload.begin(target, info.metadata === undefined ? {} : toS3Metadata(info.metadata));
  const parts = Array.from({ length: Math.ceil(info.bytes / partBytes) }, (_, index) => {
    const firstByte = index * partBytes;
    return upload.copyPart(index + 1, source, firstByte, Math.min(firstByte + partBytes, info.bytes) - 1);
  });
  try {
    await upload.complete(await Promise.all(parts), info);
  } catch (error) {
    await Promise.allSettled(parts);
    await upload.abort();
    throw error;
  }
}

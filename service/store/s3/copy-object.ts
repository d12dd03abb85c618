import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/** Copies an object within S3: by one request up to `partBytes`, which S3 limits to 5 GiB, and in parts beyond. */
export async function copyObject(
  client: S3Client,
  from: Place,
  to: Place,
  partBytes: number,
  options: SendOptions,
): Promise<void> {
  const source = `${from.Bucket}/${from.Key.split('/').map(encodeURIComponent).join('/')}`;
  const head = await client.send(new HeadObjectCommand({ ...from, ChecksumMode: 'ENABLED' }), options);
  const { ContentLength: bytes = 0, ContentType, Metadata, ChecksumCRC32 } = head;
  if (bytes <= partBytes) {
    await client.send(new CopyObjectCommand({ ...to, CopySource: source }), options);
    return;
  }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...to,
      ContentType,
      Metadata,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
    }),
    options,
  );
  try {
    const Parts = [];
    for (let begin = 0; begin < bytes; begin += partBytes) {
      const PartNumber = Parts.length + 1;
      const CopySourceRange = `bytes=${begin}-${Math.min(bytes, begin + partBytes) - 1}`;
      const command = new UploadPartCopyCommand({ ...to, UploadId, PartNumber, CopySource: source, CopySourceRange });
      const { CopyPartResult } = await client.send(command, options);
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32: CopyPartResult?.ChecksumCRC32 });
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        ...to,
        UploadId,
        MultipartUpload: { Parts },
        ChecksumCRC32,
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: bytes,
      }),
      options,
    );
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw error;
  }
}

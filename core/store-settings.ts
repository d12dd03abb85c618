import { z } from 'zod';
import { count, durationMs, flag, MIB, meta } from './setting-types.ts';

/** The settings of where instances are kept. */
export const storeSettings = {
  store: z
    .enum(['folder', 's3'])
    .default('folder')
    .meta(meta('SCP_STORE', 'Where instances are kept: `folder` or `s3`.')),
  folder: z.string().min(1).optional().meta(meta('SCP_FOLDER', 'Folder of the folder store.')),
  folderFsync: flag
    .default(true)
    .meta(meta('SCP_FOLDER_FSYNC', 'Flush file and folder to the disk before success is answered.')),
  bucket: z.string().min(3).max(63).optional().meta(meta('SCP_BUCKET', 'S3 bucket that instances land in.')),
  keyPrefix: z
    .string()
    .regex(/^(?:[A-Za-z0-9._-]+\/)*$/, 'empty, or path segments each ending in a slash')
    .max(256)
    .default('')
    .meta(meta('SCP_KEY_PREFIX', 'Put before every key in the bucket. Empty, or ends in a slash.')),
  s3PathStyle: flag
    .default(false)
    .meta(meta('SCP_S3_PATH_STYLE', 'Address buckets by path, for S3 servers without virtual hosts.')),
  storeDeadlineMs: durationMs(1_000, 600_000)
    .default(25_000)
    .meta(
      meta(
        'SCP_STORE_DEADLINE_MS',
        'How long storing one request is retried before the modality is told 0xA700. The grace of the sweeper, 60 s, is enough for 45000.',
      ),
    ),
  storeBufferBytes: count(32 * MIB, 64 * 1024 * MIB)
    .default(256 * MIB)
    .meta(
      meta(
        'SCP_STORE_BUFFER_BYTES',
        'Memory of instances on their way to S3, all together. When half of it is used, large instances are sent in smaller parts; when all is, senders are held back in turn.',
      ),
    ),
  s3Client: z
    .enum(['direct', 'sdk'])
    .default('direct')
    .meta(
      meta(
        'SCP_S3_CLIENT',
        'What sends instances to S3: `direct`, requests of our own, or `sdk`, the AWS SDK, at several times the CPU time.',
      ),
    ),
};

import { DeleteObjectCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseS3Uri } from '../../../core/healthimaging.ts';
import { type Check, type Finding, type Patient, skipped, well } from './check.ts';

/** AWS refuses signatures that are older than this, or of the future. */
const REFUSED_SKEW_MS = 300_000;
const DOUBTFUL_SKEW_MS = 30_000;

/** Where instances land. */
export const landingBucket: Check = {
  name: 'landing bucket',
  remedy: 'Check SCP_BUCKET, and grant s3:ListBucket on it, s3:PutObject and s3:GetObject on what is in it.',
  look: async (patient) => {
    const bucket = bucketOf(patient);
    if (bucket === undefined) return skipped('SCP_STORE is not s3 and INGEST_BUCKET is not set');
    const { s3 } = patient.aws;
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    if (!patient.write) return well(`${bucket} answers; --write tries to write to it`);
    await writeAndDelete(s3, bucket, `${patient.config?.keyPrefix ?? ''}batches/doctor/${patient.newUid()}`);
    return well(`${bucket} was written to`);
  },
};

/** Where import jobs write their results. */
export const resultsBucket: Check = {
  name: 'results bucket',
  remedy: 'Check OUTPUT_S3_URI, and grant s3:ListBucket on its bucket: reconcile reads it.',
  look: async ({ aws, environment }) => {
    const uri = environment.OUTPUT_S3_URI ?? '';
    if (uri === '') return skipped('OUTPUT_S3_URI is not set');
    const place = parseS3Uri(uri);
    if (place === undefined) {
      return { health: 'ill', detail: `${uri} is no S3 URI`, remedy: 'Set OUTPUT_S3_URI: s3://bucket/prefix/.' };
    }
    await aws.s3.send(new HeadBucketCommand({ Bucket: place.bucket }));
    return well(`${place.bucket} answers`);
  },
};

/** This machine's clock beside that of S3. */
export const clockSkew: Check = {
  name: 'clock',
  remedy: 'S3 did not say what time it is: see the landing bucket.',
  look: async (patient) => {
    const bucket = bucketOf(patient);
    if (bucket === undefined) return skipped('there is no bucket to ask for the time');
    const date = await dateOf(patient.aws.s3, bucket);
    return date === undefined ? skipped('S3 did not say what time it is') : skewFinding(patient.clock.nowMs() - date);
  },
};

/** @param skewMs how far this machine's clock is ahead */
export function skewFinding(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const detail = seconds <= 1 ? 'agrees with S3' : `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} S3`;
  const remedy = 'Let the machine keep time by NTP: AWS refuses requests of another time.';
  if (Math.abs(skewMs) >= REFUSED_SKEW_MS) return { health: 'ill', detail, remedy };
  return Math.abs(skewMs) >= DOUBTFUL_SKEW_MS ? { health: 'doubtful', detail, remedy } : well(detail);
}

const bucketOf = ({ config, environment }: Patient): string | undefined =>
  config?.store === 's3' ? config.bucket : environment.INGEST_BUCKET || undefined;

async function writeAndDelete(s3: S3Client, bucket: string, key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'doctor', ChecksumAlgorithm: 'CRC32' }));
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** The time in an answer's Date header, in milliseconds since the epoch. */
async function dateOf(s3: S3Client, bucket: string): Promise<number | undefined> {
  let date: string | undefined;
  const command = new HeadBucketCommand({ Bucket: bucket });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (typeof response === 'object' && response !== null && 'headers' in response) date = headerOf(response.headers);
      return result;
    },
    { step: 'deserialize', name: 'date', priority: 'low' },
  );
  await s3.send(command);
  const timeMs = Date.parse(date ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function headerOf(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  return typeof headers.date === 'string' ? headers.date : undefined;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { S3Store } from '../../service/store/s3/s3-store.ts';

const main = join(import.meta.dirname, '../../local/s3/main.ts');
const BUCKET = 'landing';
const KEY = 'rehearsal';
const REGION = 'us-east-1';

export interface S3Process {
  /** What the service needs to store there. */
  readonly environment: Readonly<Record<string, string>>;
  /** The bucket, for sweeper and audit. */
  readonly store: S3Store;
  readonly stop: () => Promise<void>;
}

/** Our own S3 server in a process of its own, as S3 is not in the process of anybody who uses it. */
export async function startS3Process(root: string): Promise<S3Process> {
  const credentials = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: KEY, AWS_REGION: REGION };
  const child = spawn(process.execPath, [main, '--root', root, '--port', '0', '--buckets', BUCKET], {
    env: credentials,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { endpoint } = z.object({ endpoint: z.url() }).parse(JSON.parse(String(line)));
  const client = new S3Client({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
    forcePathStyle: true,
  });
  return {
    environment: {
      ...credentials,
      SCP_STORE: 's3',
      SCP_BUCKET: BUCKET,
      SCP_S3_PATH_STYLE: 'true',
      AWS_ENDPOINT_URL_S3: endpoint,
    },
    store: new S3Store({ client, bucket: BUCKET, keyPrefix: '', deadlineMs: 20_000, nowMs: Date.now }),
    stop: async () => {
      client.destroy();
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
}

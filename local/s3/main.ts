import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startS3 } from './start-s3.ts';

const usage =
  'usage: node local/s3/main.ts --root FOLDER [--port 9000] [--buckets ingest,results] [--region us-east-1]';
const { values } = parseArgs({
  options: {
    root: { type: 'string', default: process.env.S3_ROOT ?? '' },
    port: { type: 'string', default: process.env.S3_PORT ?? '9000' },
    buckets: { type: 'string', default: process.env.S3_BUCKETS ?? '' },
    region: { type: 'string', default: process.env.AWS_REGION ?? 'us-east-1' },
  },
});
if (values.root === '' || !/^\d{1,5}$/.test(values.port)) {
  console.error(usage);
  process.exit(2);
}
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const server = await startS3({
  root: values.root,
  port: Number(values.port),
  credentials: accessKeyId && secretAccessKey ? [{ accessKeyId, secretAccessKey }] : 'any',
  region: values.region,
  buckets: values.buckets.split(',').filter((name) => name !== ''),
  clock: { nowMs: () => Date.now() },
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  newId: randomUUID,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
console.log(JSON.stringify({ endpoint: server.endpoint, root: values.root }));

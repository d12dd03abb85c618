import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { FaultPlan, faultSchema } from './faults.ts';
import { S3ObjectAccess } from './objects/s3-object-access.ts';
import { awsQuotas, noQuotas } from './quotas.ts';
import { startHealthImaging } from './start-healthimaging.ts';

const usage =
  'usage: healthimaging [--host 127.0.0.1] [--port 8070] [--data .healthimaging] [--s3-endpoint URL] [--faults FILE] [--no-quotas] [--help]';

const { env } = process;
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: env.HEALTHIMAGING_HOST ?? '127.0.0.1' },
    port: { type: 'string', default: env.HEALTHIMAGING_PORT ?? '8070' },
    data: { type: 'string', default: env.HEALTHIMAGING_DATA ?? '.healthimaging' },
    's3-endpoint': { type: 'string' },
    faults: { type: 'string' },
    'no-quotas': { type: 'boolean', default: env.HEALTHIMAGING_NO_QUOTAS === 'true' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else await serve();

async function serve(): Promise<void> {
  const s3Endpoint = values['s3-endpoint'] ?? env.HEALTHIMAGING_S3_ENDPOINT;
  const faultsFile = values.faults ?? env.HEALTHIMAGING_FAULTS;
  const service = await startHealthImaging({
    host: values.host,
    port: Number(values.port),
    dataFolder: values.data,
    objects: new S3ObjectAccess(
      new S3Client(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint, forcePathStyle: true }),
    ),
    clock: { nowMs: Date.now, monotonicMs: () => performance.now() },
    newId: () => randomBytes(16).toString('hex'),
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    onEvent: (event) => console.log(JSON.stringify(event)),
    onError: (error) => console.error(error),
    quotas: values['no-quotas'] ? noQuotas : awsQuotas,
    faults: new FaultPlan(faultsFile === undefined ? [] : await readFaults(faultsFile)),
    timing: { datastoreMs: 500, queueMs: 500, importMs: 500 },
  });
  console.error(`AWS HealthImaging is emulated at ${service.endpoint}: clients need disableHostPrefix: true`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void service.close());
}

async function readFaults(file: string) {
  return z.array(faultSchema).parse(JSON.parse(await readFile(file, 'utf8')));
}

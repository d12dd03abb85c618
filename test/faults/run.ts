import { parseArgs } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { diskScenarios, mountSmallDisk, trialOn } from './disk-scenarios.ts';
import { startMoto } from './moto.ts';
import { type Extent, s3Scenarios } from './s3-scenarios.ts';
import { openSite, type S3Site, startS3Site } from './s3-site.ts';
import { LEASE_TTL_MS, Trial } from './trial.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    'outage-seconds': { type: 'string', default: '20' },
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    swift: { type: 'string' },
  },
});

const seed = Number(values.seed);
const extent: Extent = values.short
  ? { kills: 3, outageMs: 3_000, instances: 10 }
  : { kills: Number(values.kills), outageMs: Number(values['outage-seconds']) * 1_000, instances: 100 };
const verdicts: boolean[] = [];

async function report(name: string, trial: Trial, during: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await during();
  const { problems, ...figures } = await trial.end();
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok    ' : 'BROKEN'} ${name} (${seconds} s) ${JSON.stringify(figures)}`);
  for (const problem of problems.slice(0, 20)) console.log(`       ${problem}`);
  verdicts.push(problems.length === 0);
}

async function onS3(
  server: string,
  start: () => Promise<S3Site>,
  names: (name: string) => boolean,
  within = extent,
): Promise<void> {
  for (const { name, run } of s3Scenarios.filter((scenario) => names(scenario.name))) {
    const site = await start();
    const trial = new Trial({ environment: site.environment, store: site.store, senders: 4, seed });
    await report(`${server}: ${name}`, trial, () => run(trial, site, within));
    await site.close();
  }
}

async function onDisk(): Promise<void> {
  for (const { name, run } of diskScenarios.filter(({ name }) => name.includes(values.only))) {
    const disk = await mountSmallDisk();
    if (disk === undefined) {
      console.log(`skipped: ${name}: this process may not mount a small disk`);
      continue;
    }
    const trial = await trialOn(disk, seed);
    await report(`folder: ${name}`, trial, () => run(trial, disk, extent));
    await disk.remove();
  }
}

async function onMoto(): Promise<void> {
  const moto = await startMoto();
  if (moto === undefined) {
    console.log('skipped: moto: moto_server does not run here');
    return;
  }
  const start = () => openBucketAt(moto.port);
  // It tells no checksum of an object, without which the sweeper seals nothing: so nobody is killed here, and no outage
  // outlasts a lease.
  const brief = { ...extent, outageMs: Math.min(extent.outageMs, LEASE_TTL_MS / 2) };
  await onS3('moto', start, (name) => /^(S3 down|SIGTERM)/.test(name) && name.includes(values.only), brief);
  await moto.stop();
}

async function openBucketAt(port: number): Promise<S3Site> {
  const credentials = { accessKeyId: 'faults', secretAccessKey: 'faults' };
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
  });
  await fetch(`http://127.0.0.1:${port}/moto-api/reset`, { method: 'POST' });
  await client.send(new CreateBucketCommand({ Bucket: 'faults' })).catch(() => undefined);
  client.destroy();
  return openSite(port, async () => undefined);
}

await onS3('local/s3', startS3Site, (name) => name.includes(values.only));
await onDisk();
if (!values.short) await onMoto();
if (values.swift !== undefined) {
  const port = Number(new URL(values.swift).port);
  await onS3(
    'swift',
    () => openBucketAt(port),
    (name) => /^(kill|S3 down|SIGTERM)/.test(name),
  );
}
process.exitCode = verdicts.every((isKept) => isKept) ? 0 : 1;

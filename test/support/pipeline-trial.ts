import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDatastoreCommand, MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { S3Client } from '@aws-sdk/client-s3';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { Behaviour, Timing } from '../../local/healthimaging/emulator.ts';
import { FaultPlan } from '../../local/healthimaging/faults.ts';
import { S3ObjectAccess } from '../../local/healthimaging/objects/s3-object-access.ts';
import { noQuotas, type Quotas } from '../../local/healthimaging/quotas.ts';
import { startHealthImaging } from '../../local/healthimaging/start-healthimaging.ts';
import { localAccount } from '../../local/local-account.ts';
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/pipeline.ts';
import type { PipelineProgress } from '../../local/pipeline-progress.ts';
import { startS3 } from '../../local/s3/start-s3.ts';
import { S3Store } from '../../service/store/s3/s3-store.ts';
import { eventually } from './eventually.ts';

export const ingestBucket = 'ingest';

const clock: Clock = { nowMs: Date.now, monotonicMs: () => performance.now() };
const schedule: Schedule = (delayMs, task) => {
  const timer = setTimeout(task, delayMs);
  return { cancel: () => clearTimeout(timer) };
};

export interface TrialOptions {
  readonly pipeline?: Partial<PipelineOptions>;
  readonly quotas?: Quotas;
  readonly timing?: Partial<Timing>;
  readonly behaviour?: Partial<Behaviour>;
}

/** The whole pipeline over S3 and HealthImaging emulators, all on loopback, in a folder of its own. */
export async function startPipelineTrial({ pipeline: settings = {}, quotas, timing, behaviour }: TrialOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-'));
  const faults = new FaultPlan();
  const progress: PipelineProgress[] = [];
  const logs: string[] = [];
  const listeners = new Set<() => void>();
  const heard = new Set<() => void>();
  let endedJobs = 0;
  let pipeline: Pipeline | undefined;
  const deaf = { toS3: false };
  const s3Time = { aheadMs: 0 };

  const s3 = await startS3({
    root: join(folder, 's3'),
    port: 0,
    credentials: 'any',
    region: localAccount.region,
    buckets: [ingestBucket, 'results'],
    clock: { nowMs: () => Date.now() + s3Time.aheadMs },
    schedule,
    newId: randomUUID,
    onEvent: (event) => {
      if (!deaf.toS3) pipeline?.publish({ ...event });
    },
  });
  const client = new S3Client({ ...localAccount, endpoint: s3.endpoint });
  const healthImaging = await startHealthImaging({
    host: '127.0.0.1',
    port: 0,
    dataFolder: join(folder, 'healthimaging'),
    objects: new S3ObjectAccess(client),
    clock,
    newId: () => randomBytes(16).toString('hex'),
    schedule,
    onEvent: (event) => {
      pipeline?.publish({ ...event });
      if (/^Import Job (Completed|Failed)$/.test(event['detail-type'])) endedJobs++;
      for (const wake of [...heard]) wake();
    },
    faults,
    quotas: quotas ?? noQuotas,
    ...(timing === undefined ? {} : { timing }),
    ...(behaviour === undefined ? {} : { behaviour }),
  });
  const medicalImaging = new MedicalImagingClient({
    ...localAccount,
    endpoint: healthImaging.endpoint,
    disableHostPrefix: true,
  });
  const { datastoreId } = await medicalImaging.send(new CreateDatastoreCommand({ datastoreName: 'trial' }));

  const start = (): Promise<Pipeline> =>
    startPipeline({
      s3Endpoint: s3.endpoint,
      healthImagingEndpoint: healthImaging.endpoint,
      ingestBucket,
      outputS3Uri: 's3://results/jobs/',
      dataFolder: folder,
      leaseTtlMs: 30_000,
      leaseGraceMs: 10_000,
      sweepIntervalMs: 3_600_000,
      dispatchIntervalMs: 100,
      quotas: { startsPerSecond: 100, concurrentJobs: 100 },
      clock,
      schedule,
      newId: randomUUID,
      pace: { waitMs: 5, retryMs: 5 },
      onProgress: (step) => {
        progress.push(step);
        for (const wake of [...listeners]) wake();
      },
      onLog: (name, line) => logs.push(`${name} ${line}`),
      ...settings,
    });
  pipeline = await start();

  return {
    faults,
    progress,
    logs,
    client,
    medicalImaging,
    datastoreId: String(datastoreId),
    store: new S3Store({ client, bucket: ingestBucket, keyPrefix: '', deadlineMs: 10_000, nowMs: Date.now }),
    deaf,
    /** Moves S3's clock on. */
    s3Time,
    redeliver: () => s3.redeliver(ingestBucket, 'manifests/'),
    pipeline: () => {
      if (pipeline === undefined) throw new Error('the pipeline is stopped');
      return pipeline;
    },
    stopPipeline: async () => {
      await pipeline?.close();
      pipeline = undefined;
    },
    restartPipeline: async () => {
      pipeline = await start();
    },
    /** The progress with which a batch ended. */
    ended: (batchId: BatchId) =>
      eventually(listeners, () =>
        progress.find((step) => (step.type === 'ended' && step.batch.batchId === batchId ? step : undefined)),
      ),
    /** Resolves with the first progress that passes. */
    progressWhere: (passes: (step: PipelineProgress) => boolean) => eventually(listeners, () => progress.find(passes)),
    /** Resolves when so many jobs have ended since the start. */
    jobsEnded: (count: number) => eventually(heard, () => (endedJobs >= count ? true : undefined)),
    close: async () => {
      await pipeline?.close();
      await healthImaging.close();
      await s3.close();
      client.destroy();
      medicalImaging.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type PipelineTrial = Awaited<ReturnType<typeof startPipelineTrial>>;

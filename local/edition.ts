import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { toEnvironment } from '../core/config.ts';
import { systemClock, systemSchedule } from '../core/system-clock.ts';
import { tableNames } from '../core/tables.ts';
import { adoptDatastore } from './adopt-datastore.ts';
import type { EventBridgeEvent } from './events/match-pattern.ts';
import { S3ObjectAccess } from './healthimaging/objects/s3-object-access.ts';
import { noQuotas } from './healthimaging/quotas.ts';
import { startHealthImaging } from './healthimaging/start-healthimaging.ts';
import { localAccount } from './local-account.ts';
import { startPipeline } from './pipeline.ts';
import type { PipelineProgress } from './pipeline-progress.ts';
import { startS3 } from './s3/start-s3.ts';
import { type ServiceLogLine, startService } from './service-process.ts';

const INGEST_BUCKET = 'ingest';
const RESULTS_BUCKET = 'results';

/** How soon the batches of a service that died are sealed in its place. */
export interface Recovery {
  readonly leaseTtlMs: number;
  readonly leaseGraceMs: number;
  readonly sweepIntervalMs: number;
}

/** The grace is longer than any store may take (SCP_STORE_DEADLINE_MS): what was sent under the lease has landed. */
const unhurried: Recovery = { leaseTtlMs: 30_000, leaseGraceMs: 30_000, sweepIntervalMs: 15_000 };

export interface EditionOptions {
  /** Everything that is kept from one run to the next. */
  readonly dataFolder: string;
  /** 0 for any free port. */
  readonly dicomPort: number;
  readonly adminPort: number;
  /** Overrides of the service's settings, as environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly recovery?: Recovery;
  readonly onServiceLog: (line: ServiceLogLine) => void;
  readonly onProgress: (progress: PipelineProgress) => void;
  /** A line that a function of the pipeline logged. */
  readonly onFunctionLog: (line: string) => void;
}

export interface Edition {
  readonly dicomPort: number;
  readonly adminPort: number;
  readonly datastoreId: string;
  readonly healthImagingEndpoint: string;
  /** Resolves when the service has ended by itself or by `stop`: its exit code, and what it said on its way out. */
  readonly serviceExited: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Kills the service without warning. */
  readonly killService: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * The whole product on one machine: the service in a process of its own, as it runs in a container, before the import
 * pipeline on emulators. Rejects with a ServiceStartError when the service cannot start.
 */
export async function startEdition(options: EditionOptions): Promise<Edition> {
  const { dataFolder, dicomPort, adminPort, onProgress, onServiceLog, recovery = unhurried } = options;
  const newId = () => randomBytes(16).toString('hex');
  const system = { clock: systemClock, schedule: systemSchedule };
  await mkdir(dataFolder, { recursive: true });

  // Events may come before the pipeline is there: what an earlier run left unfinished goes on at once.
  const early: EventBridgeEvent[] = [];
  let publish = (event: EventBridgeEvent): void => {
    early.push(event);
  };

  const s3 = await startS3({
    ...system,
    root: join(dataFolder, 's3'),
    port: 0,
    credentials: [localAccount.credentials],
    region: localAccount.region,
    buckets: [INGEST_BUCKET, RESULTS_BUCKET],
    newId: randomUUID,
    onEvent: (event) => publish(event),
  });
  const s3Client = new S3Client({ ...localAccount, endpoint: s3.endpoint, forcePathStyle: true });
  const healthImaging = await startHealthImaging({
    ...system,
    host: '127.0.0.1',
    port: 0,
    dataFolder: join(dataFolder, 'healthimaging'),
    objects: new S3ObjectAccess(s3Client),
    newId,
    quotas: noQuotas,
    onEvent: (event) => publish(event),
  });
  const datastoreId = await adoptDatastore(healthImaging.endpoint);
  const pipeline = await startPipeline({
    ...system,
    s3Endpoint: s3.endpoint,
    healthImagingEndpoint: healthImaging.endpoint,
    ingestBucket: INGEST_BUCKET,
    outputS3Uri: `s3://${RESULTS_BUCKET}/jobs/`,
    defaultDatastoreId: datastoreId,
    dataFolder,
    ...recovery,
    // The emulator has no quotas either.
    quotas: { startsPerSecond: 100, concurrentJobs: 100 },
    dispatchIntervalMs: 5_000,
    newId,
    onProgress,
    onLog: (_name, line) => options.onFunctionLog(line),
  });
  publish = pipeline.publish;
  for (const event of early) publish(event);
  pipeline.functions.load();

  const close = async () => {
    await pipeline.close();
    await healthImaging.close();
    await s3.close();
    s3Client.destroy();
  };
  const aws = {
    AWS_REGION: localAccount.region,
    AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
  };
  await writeFile(
    join(dataFolder, 'local.env'),
    environmentFile({ ...aws, AWS_ENDPOINT_URL_DYNAMODB: pipeline.endpoints.dynamodb, ...tableVariables }),
  );
  try {
    const service = await startService({
      environment: {
        ...aws,
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        ...toEnvironment({
          store: 's3',
          bucket: INGEST_BUCKET,
          s3PathStyle: true,
          datastoreId,
          leaseTtlMs: recovery.leaseTtlMs,
          port: dicomPort,
          adminPort,
          adminHost: '127.0.0.1',
        }),
        ...options.environment,
      },
      onLog: onServiceLog,
    });
    return {
      dicomPort: service.dicomPort,
      adminPort: service.adminPort,
      datastoreId,
      healthImagingEndpoint: healthImaging.endpoint,
      serviceExited: service.exited,
      killService: () => service.kill('SIGKILL'),
      stop: async () => {
        service.kill('SIGTERM');
        await service.exited;
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The emulator names each table by its own name. */
const tableVariables = Object.fromEntries(tableNames.map((name) => [`${name.toUpperCase()}_TABLE`, name]));

const environmentFile = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

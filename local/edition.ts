import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { toEnvironment } from '../core/config.ts';
import { systemClock, systemSchedule } from '../core/system-clock.ts';
import { tableNames } from '../core/tables.ts';
import { adoptDatastore } from './adopt-datastore.ts';
import { clusterCredentials } from './cluster-credentials.ts';
import type { EventBridgeEvent } from './events/match-pattern.ts';
import type { FaultPlan } from './healthimaging/faults.ts';
import { S3ObjectAccess } from './healthimaging/objects/s3-object-access.ts';
import { noQuotas } from './healthimaging/quotas.ts';
import { startHealthImaging } from './healthimaging/start-healthimaging.ts';
import { localAccount, localStateMachineArn } from './local-account.ts';
import { startPipeline } from './pipeline.ts';
import type { PipelineProgress } from './pipeline-progress.ts';
import type { FaultRule } from './s3/fault.ts';
import { startS3 } from './s3/start-s3.ts';
import { type ServiceLogLine, startService } from './service-process.ts';
import { startThumbnails } from './thumbnails/start-thumbnails.ts';

const INGEST_BUCKET = 'ingest';
const RESULTS_BUCKET = 'results';
const LEDGER_INTERVAL_MS = 2_000;

/** How soon the batches of a service that died are sealed in its place. */
export interface Recovery {
  readonly leaseTtlMs: number;
  readonly leaseGraceMs: number;
  readonly sweepIntervalMs: number;
}

/** The grace exceeds the store's deadline (SCP_STORE_DEADLINE_MS) by 9 s and the drift of clocks: what comes later is refused. */
const unhurried: Recovery = { leaseTtlMs: 30_000, leaseGraceMs: 40_000, sweepIntervalMs: 15_000 };

export interface EditionOptions {
  /** Everything that is kept from one run to the next. */
  readonly dataFolder: string;
  /** 0 for any free port. */
  readonly dicomPort: number;
  readonly adminPort: number;
  /** Overrides of the service's settings, as environment variables; `OTEL_*` are for the functions, too. */
  readonly environment: Readonly<Record<string, string>>;
  readonly recovery?: Recovery;
  /** Where pods of a cluster on this machine reach the object store, beside the processes of this machine. */
  readonly s3Door?: { readonly host: string; readonly port: number } | undefined;
  /** What goes wrong in the emulators; absent: nothing. */
  readonly faults?: { readonly s3: FaultRule; readonly healthImaging: FaultPlan };
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
  /** The bucket that instances land in. */
  readonly bucket: string;
  /** What pods of a cluster need to store here: the endpoint, and a file of their credentials. */
  readonly s3Door: { readonly endpoint: string; readonly credentialsFile: string } | undefined;
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

  const credentialsFile = join(dataFolder, 's3.env');
  const { s3Door } = options;
  const s3 = await startS3({
    ...system,
    root: join(dataFolder, 's3'),
    port: 0,
    credentials: [localAccount.credentials],
    region: localAccount.region,
    buckets: [INGEST_BUCKET, RESULTS_BUCKET],
    outward: s3Door && { ...s3Door, credentials: await clusterCredentials(credentialsFile, newId) },
    newId: randomUUID,
    onEvent: (event) => publish(event),
    ...(options.faults === undefined ? {} : { faults: options.faults.s3 }),
  });
  const s3Client = new S3Client({ ...localAccount, endpoint: s3.endpoint, forcePathStyle: true });
  const objects = new S3ObjectAccess(s3Client);
  const thumbnails = await startThumbnails({ objects, bucket: INGEST_BUCKET });
  const healthImaging = await startHealthImaging({
    ...system,
    host: '127.0.0.1',
    port: 0,
    dataFolder: join(dataFolder, 'healthimaging'),
    objects,
    newId,
    quotas: noQuotas,
    onEvent: (event) => publish(event),
    ...(options.faults === undefined ? {} : { faults: options.faults.healthImaging }),
  });
  const outputS3Uri = `s3://${RESULTS_BUCKET}/jobs/`;
  const datastoreId = await adoptDatastore(healthImaging.endpoint);
  const pipeline = await startPipeline({
    ...system,
    s3Endpoint: s3.endpoint,
    healthImagingEndpoint: healthImaging.endpoint,
    ingestBucket: INGEST_BUCKET,
    outputS3Uri,
    defaultDatastoreId: datastoreId,
    dataFolder,
    ...recovery,
    // The emulator has no quotas either.
    quotas: { startsPerSecond: 100, concurrentJobs: 100 },
    tracing: tracingOf(options.environment),
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
    await thumbnails.close();
    await s3.close();
    s3Client.destroy();
  };
  const aws = {
    AWS_REGION: localAccount.region,
    AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
  };
  const endpoints = {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: pipeline.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SFN: pipeline.endpoints.stepFunctions,
    AWS_ENDPOINT_URL_SQS: pipeline.sqs.endpoint,
    AWS_ENDPOINT_URL_MEDICAL_IMAGING: healthImaging.endpoint,
  };
  // What the command line is told beside the settings of the service.
  const places = {
    ...tableVariables,
    INGEST_BUCKET,
    OUTPUT_S3_URI: outputS3Uri,
    STATE_MACHINE_ARN: localStateMachineArn,
    DEAD_LETTER_QUEUE_URLS: pipeline.sqs.queueUrls.join(','),
  };
  const settings = toEnvironment({
    store: 's3',
    bucket: INGEST_BUCKET,
    s3PathStyle: true,
    datastoreId,
    leaseTtlMs: recovery.leaseTtlMs,
    ledgerBatchesTable: 'batches',
    ledgerInstancesTable: 'instances',
    ledgerStudiesTable: 'studies',
    commitment: 'stored',
    commitmentUnknownPeers: 'allow',
    commitmentsTable: 'commitments',
    ledgerIntervalMs: LEDGER_INTERVAL_MS,
    port: dicomPort,
    adminPort,
    adminHost: '127.0.0.1',
    statusPage: true,
    adminTokenFile: await keptToken(dataFolder, newId),
    statusStateMachine: localStateMachineArn,
    statusThumbnails: thumbnails.origin,
  });
  try {
    const service = await startService({
      environment: { ...aws, ...endpoints, ...settings, ...options.environment },
      onLog: onServiceLog,
    });
    const ports = toEnvironment({ port: service.dicomPort, adminPort: service.adminPort });
    await writeFile(
      join(dataFolder, 'local.env'),
      environmentFile({ ...aws, ...endpoints, ...places, ...settings, ...options.environment, ...ports }),
    );
    return {
      dicomPort: service.dicomPort,
      adminPort: service.adminPort,
      datastoreId,
      healthImagingEndpoint: healthImaging.endpoint,
      bucket: INGEST_BUCKET,
      s3Door: s3.outwardEndpoint === undefined ? undefined : { endpoint: s3.outwardEndpoint, credentialsFile },
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

/** The file of the token that changes something on the status page; whoever can read it can change the data as well. */
async function keptToken(dataFolder: string, newId: () => string): Promise<string> {
  const path = resolve(dataFolder, 'operator-token');
  await writeFile(path, `${newId()}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return path;
}

/** What of an environment says where spans go: service and functions send to the same place, each under its name. */
const tracingOf = (environment: EditionOptions['environment']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith('OTEL_') && name !== 'OTEL_SERVICE_NAME'),
  );

/** The emulator names each table by its own name. */
const tableVariables = Object.fromEntries(tableNames.map((name) => [`${name.toUpperCase()}_TABLE`, name]));

const environmentFile = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

import { join } from 'node:path';
import type { AslDefinition } from '../cdk/pipeline/asl-definition.ts';
import { dispatchIntervalSeconds, eventRoutes } from '../cdk/pipeline/events.ts';
import { renderDefinition } from '../cdk/pipeline/render-definition.ts';
import type { Clock, Schedule, Timer } from '../core/clock.ts';
import { importJobLimits } from '../core/healthimaging.ts';
import type { PipelineFunctionName } from '../core/pipeline-functions.ts';
import type { TableName } from '../core/tables.ts';
import type { Ledger } from '../lambdas/ledger/ledger.ts';
import { startDynamoDb } from './dynamodb/start-dynamodb.ts';
import { LocalQueue } from './events/local-queue.ts';
import { type EventBridgeEvent, matchesPattern } from './events/match-pattern.ts';
import type { SqsBatchResponse } from './events/sqs-event.ts';
import { type LocalEndpoints, type LocalFunctions, localFunctions } from './lambda/local-functions.ts';
import { localStateMachineArn } from './local-account.ts';
import { localLedger, type PipelineProgress, ProgressObserver } from './pipeline-progress.ts';
import { type LocalSqs, startSqs } from './sqs/start-sqs.ts';
import type { Transition } from './stepfunctions/execution-record.ts';
import type { Executions } from './stepfunctions/executions.ts';
import type { Pace } from './stepfunctions/pace.ts';
import { startStepFunctions } from './stepfunctions/start-step-functions.ts';

export interface PipelineOptions {
  readonly s3Endpoint: string;
  readonly healthImagingEndpoint: string;
  readonly ingestBucket: string;
  /** Where import jobs write their results; ends in a slash. */
  readonly outputS3Uri: string;
  /** Where batches go whose route names no datastore. */
  readonly defaultDatastoreId?: string;
  /** Where the ledger is kept; without one it lasts as long as the process. */
  readonly dataFolder?: string;
  /** As the service has it: how long a lease lives that is not renewed. */
  readonly leaseTtlMs: number;
  /** How long after its end a lease is left alone. */
  readonly leaseGraceMs: number;
  readonly sweepIntervalMs: number;
  /** How long after a run of the dispatcher the next begins; without one, as deployed. */
  readonly dispatchIntervalMs?: number;
  /** Quotas that imports keep to; without them, those of AWS. */
  readonly quotas?: { readonly startsPerSecond: number; readonly concurrentJobs: number };
  /** `OTEL_*` of the functions: where spans go; without them none are made. */
  readonly tracing?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly newId: () => string;
  readonly pace?: Pace;
  /** Instead of the definition that is deployed. */
  readonly definition?: AslDefinition;
  readonly onProgress: (progress: PipelineProgress) => void;
  /** Told of every step of every execution. */
  readonly onTransition?: (transition: Transition) => void;
  /** Awaited before a function is called; what it throws is the function's error, as when Lambda refuses. */
  readonly beforeInvoke?: (name: string, payload: unknown) => void | Promise<void>;
  /** A line of JSON that a function logged. */
  readonly onLog: (name: PipelineFunctionName, line: string) => void;
}

export interface Pipeline {
  /** Takes an event as EventBridge would: S3's, HealthImaging's, or any other, which then goes nowhere. */
  readonly publish: (event: EventBridgeEvent) => void;
  readonly endpoints: LocalEndpoints;
  /** The queues of dead letters. */
  readonly sqs: Pick<LocalSqs, 'endpoint' | 'queueUrls'>;
  readonly ledger: Ledger;
  readonly executions: Executions;
  readonly functions: LocalFunctions;
  /** Sweeps now. */
  readonly sweep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const LOOKBACK_MS = 365 * 86_400_000;
const MAX_REDELIVERY_DELAY_MS = 30_000;

/**
 * The import pipeline on a laptop: the functions, the state machine, the tables and the rules that are deployed to an
 * account, on emulators that speak to unmodified clients on loopback. What a former process left unfinished is taken up
 * at once, since the sweeper runs first.
 */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { clock, schedule, newId, onProgress } = options;
  const folder = options.dataFolder === undefined ? undefined : join(options.dataFolder, 'dynamodb');
  const dynamodb = await startDynamoDb({ folder });
  const ledger = localLedger(dynamodb);

  const observer = new ProgressObserver(ledger, onProgress);
  let functions: LocalFunctions | undefined;
  const invoke = async (name: string, payload: unknown) => {
    await options.beforeInvoke?.(name, payload);
    return functions?.invoke(name as PipelineFunctionName, payload);
  };
  const stepFunctions = await startStepFunctions({
    stateMachineArn: localStateMachineArn,
    definition: options.definition ?? renderDefinition(),
    invoke,
    clock,
    schedule,
    newId,
    pace: options.pace ?? {},
    onTransition: (transition) => {
      observer.see(transition);
      options.onTransition?.(transition);
    },
  });

  const endpoints: LocalEndpoints = {
    s3: options.s3Endpoint,
    healthImaging: options.healthImagingEndpoint,
    dynamodb: dynamodb.endpoint,
    stepFunctions: stepFunctions.endpoint,
  };
  functions = localFunctions({
    endpoints,
    variables: variablesOf(options, dynamodb.tables),
    tracing: options.tracing ?? {},
    schedule,
    onLog: options.onLog,
  });

  const routes = Object.entries(eventRoutes(options.ingestBucket)).map(([name, { pattern, consumer, queue }]) => ({
    name,
    pattern,
    queue: new LocalQueue({
      name,
      settings: queue,
      clock,
      schedule,
      newId,
      redeliveryDelayMs: (receives) => Math.min(1_000 * 2 ** receives, MAX_REDELIVERY_DELAY_MS),
      consume: async (event) => (await invoke(consumer, event)) as SqsBatchResponse | undefined,
      onDeadLetter: (body) => onProgress({ type: 'dead-letter', consumer, body }),
    }),
  }));

  const boxes = routes.map(({ name, queue }) => {
    const box = { count: () => queue.deadLetters, sendBack: () => queue.sendBackDeadLetters() };
    return [`${name}-dead-letters`, box] as const;
  });
  const sqs = await startSqs(new Map(boxes));

  const sweep = async () => {
    await invoke('sweep', {}).catch((error: unknown) => onProgress({ type: 'trouble', error }));
  };
  const sweeping = repeat(sweep, options.sweepIntervalMs, schedule);
  const dispatch = async () => {
    await invoke('dispatch', {}).catch((error: unknown) => onProgress({ type: 'trouble', error }));
  };
  const dispatching = repeat(dispatch, options.dispatchIntervalMs ?? dispatchIntervalSeconds * 1_000, schedule);

  return {
    publish: (event) => {
      for (const { pattern, queue } of routes) if (matchesPattern(pattern, event)) queue.send(JSON.stringify(event));
    },
    endpoints,
    sqs,
    ledger,
    executions: stepFunctions.executions,
    functions,
    sweep,
    close: async () => {
      sweeping.cancel();
      dispatching.cancel();
      observer.close();
      for (const { queue } of routes) queue.close();
      await sqs.close();
      await stepFunctions.close();
      await functions.close();
      await dynamodb.close();
    },
  };
}

/** Runs a task now, and again so long after each time it has ended. */
function repeat(task: () => Promise<void>, intervalMs: number, schedule: Schedule): Timer {
  let timer: Timer | undefined;
  let cancelled = false;
  const run = async () => {
    await task();
    if (!cancelled) timer = schedule(intervalMs, run);
  };
  run();
  return {
    cancel: () => {
      cancelled = true;
      timer?.cancel();
    },
  };
}

const variablesOf = (options: PipelineOptions, tables: Readonly<Record<TableName, string>>) => ({
  LIMITER_TABLE: tables.limiter,
  STARTS_PER_SECOND: String(options.quotas?.startsPerSecond ?? importJobLimits.startsPerSecond),
  START_BURST: String(
    (options.quotas?.startsPerSecond ?? importJobLimits.startsPerSecond) * importJobLimits.startBurst,
  ),
  CONCURRENT_JOBS: String(options.quotas?.concurrentJobs ?? importJobLimits.concurrentJobs),
  BATCHES_TABLE: tables.batches,
  INSTANCES_TABLE: tables.instances,
  STUDIES_TABLE: tables.studies,
  DICOMWEB_ENDPOINT: options.healthImagingEndpoint,
  IMAGE_SETS_ENDPOINT: options.healthImagingEndpoint,
  INGEST_BUCKET: options.ingestBucket,
  OUTPUT_S3_URI: options.outputS3Uri,
  DATA_ACCESS_ROLE_ARN: 'arn:aws:iam::000000000000:role/import',
  ...(options.defaultDatastoreId === undefined ? {} : { DEFAULT_DATASTORE_ID: options.defaultDatastoreId }),
  STATE_MACHINE_ARN: localStateMachineArn,
  LEASE_TTL_MS: String(options.leaseTtlMs),
  LEASE_GRACE_MS: String(options.leaseGraceMs),
  // No execution survives the process, and one that exists is left alone: there is nothing to wait for.
  LOST_EVENT_AFTER_MS: '0',
  LOST_EVENT_LOOKBACK_MS: String(LOOKBACK_MS),
  STUCK_AFTER_MS: '0',
  MAX_REDRIVES: '3',
});

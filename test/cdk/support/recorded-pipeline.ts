import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateDatastoreCommand, MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { renderDefinition } from '../../../cdk/pipeline/render-definition.ts';
import {
  type PipelineFunctionName,
  pipelineFunctionNames,
  pipelineFunctions,
} from '../../../core/pipeline-functions.ts';
import { systemClock as clock, systemSchedule as schedule } from '../../../core/system-clock.ts';
import { dynamoLedger } from '../../../lambdas/ledger/dynamo-ledger.ts';
import { dynamoStartQueue } from '../../../lambdas/ledger/dynamo-start-queue.ts';
import { startDynamoDb } from '../../../local/dynamodb/start-dynamodb.ts';
import { S3ObjectAccess } from '../../../local/healthimaging/objects/s3-object-access.ts';
import { noQuotas } from '../../../local/healthimaging/quotas.ts';
import { startHealthImaging } from '../../../local/healthimaging/start-healthimaging.ts';
import { LocalFunction } from '../../../local/lambda/local-function.ts';
import { localAccount, localStateMachineArn } from '../../../local/local-account.ts';
import { startS3 } from '../../../local/s3/start-s3.ts';
import { startStepFunctions } from '../../../local/stepfunctions/start-step-functions.ts';
import { S3Store } from '../../../service/store/s3/s3-store.ts';
import { type Recording, startRecorder } from './recorder.ts';

const buckets = { ingest: 'ingest', results: 'results' };

/** An EventBridge event in an SQS message, as a function is handed it. */
const sqsEvent = (event: object) => ({ Records: [{ messageId: '1', body: JSON.stringify(event) }] });

/**
 * The pipeline's real handlers over emulators, each with an access key of its own name, and a record of everything that
 * they ask of AWS. Events are handed to the functions at once; nothing runs by itself.
 */
export async function startRecordedPipeline() {
  const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  const recordings: Recording[] = [];
  const functions = new Map<PipelineFunctionName, LocalFunction>();
  const invoke = (name: PipelineFunctionName, event: unknown) => functions.get(name)?.invoke(event);
  const newId = () => randomBytes(16).toString('hex');
  const events: object[] = [];
  const heard = new Set<() => void>();

  const s3 = await startS3({
    root: join(folder, 's3'),
    port: 0,
    credentials: 'any',
    region: localAccount.region,
    buckets: Object.values(buckets),
    clock,
    schedule,
    newId: randomUUID,
  });
  const client = new S3Client({ ...localAccount, endpoint: s3.endpoint });
  const healthImaging = await startHealthImaging({
    host: '127.0.0.1',
    port: 0,
    dataFolder: join(folder, 'healthimaging'),
    objects: new S3ObjectAccess(client),
    clock,
    newId,
    schedule,
    quotas: noQuotas,
    onEvent: (event) => {
      events.push(event);
      for (const wake of heard) wake();
    },
  });
  const medicalImaging = new MedicalImagingClient({
    ...localAccount,
    endpoint: healthImaging.endpoint,
    disableHostPrefix: true,
  });
  const { datastoreId = '' } = await medicalImaging.send(new CreateDatastoreCommand({ datastoreName: 'recorded' }));
  const dynamodb = await startDynamoDb({});
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint: dynamodb.endpoint }));
  const ledger = dynamoLedger(documents, dynamodb.tables, { sleep: () => Promise.resolve(), random: () => 0 });
  const stepFunctions = await startStepFunctions({
    stateMachineArn: localStateMachineArn,
    definition: renderDefinition(),
    invoke: (name, payload) => Promise.resolve(invoke(name as PipelineFunctionName, payload)),
    clock,
    schedule,
    newId,
    pace: { waitMs: 5, retryMs: 5 },
    onTransition: () => {
      for (const wake of heard) wake();
    },
  });
  const note = (recording: Recording) => recordings.push(recording);
  const recorders = {
    s3: await startRecorder('s3', s3.endpoint, note),
    dynamodb: await startRecorder('dynamodb', dynamodb.endpoint, note),
    states: await startRecorder('states', stepFunctions.endpoint, note),
    healthImaging: await startRecorder('medical-imaging', healthImaging.endpoint, note),
  };
  for (const name of pipelineFunctionNames) {
    functions.set(
      name,
      new LocalFunction({
        name,
        module: new URL(`../../../lambdas/${name}/handler.ts`, import.meta.url),
        environment: {
          AWS_REGION: localAccount.region,
          AWS_ACCESS_KEY_ID: name,
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_S3: recorders.s3.endpoint,
          AWS_ENDPOINT_URL_DYNAMODB: recorders.dynamodb.endpoint,
          AWS_ENDPOINT_URL_SFN: recorders.states.endpoint,
          AWS_ENDPOINT_URL_MEDICAL_IMAGING: recorders.healthImaging.endpoint,
          DICOMWEB_ENDPOINT: recorders.healthImaging.endpoint,
          IMAGE_SETS_ENDPOINT: recorders.healthImaging.endpoint,
          BATCHES_TABLE: 'batches',
          INSTANCES_TABLE: 'instances',
          STUDIES_TABLE: 'studies',
          LIMITER_TABLE: 'limiter',
          STARTS_PER_SECOND: '100',
          START_BURST: '100',
          CONCURRENT_JOBS: '100',
          INGEST_BUCKET: buckets.ingest,
          OUTPUT_S3_URI: `s3://${buckets.results}/jobs/`,
          DATA_ACCESS_ROLE_ARN: 'arn:aws:iam::000000000000:role/import',
          DEFAULT_DATASTORE_ID: datastoreId,
          STATE_MACHINE_ARN: localStateMachineArn,
          LEASE_TTL_MS: '0',
          LEASE_GRACE_MS: '0',
          LOST_EVENT_AFTER_MS: '0',
          LOST_EVENT_LOOKBACK_MS: '86400000',
          STUCK_AFTER_MS: '0',
          MAX_REDRIVES: '0',
        },
        timeoutSeconds: pipelineFunctions[name].timeoutSeconds,
        schedule,
        onLog: () => undefined,
      }),
    );
  }

  return {
    recordings,
    events,
    heard,
    datastoreId,
    invoke,
    deliver: (name: PipelineFunctionName, event: object) => invoke(name, sqsEvent(event)),
    executions: stepFunctions.executions,
    ledger,
    queue: dynamoStartQueue(documents, dynamodb.tables),
    store: new S3Store({ client, bucket: buckets.ingest, keyPrefix: '', deadlineMs: 10_000, nowMs: Date.now }),
    close: async () => {
      await Promise.all([...functions.values()].map((one) => one.close()));
      await Promise.all(Object.values(recorders).map((one) => one.close()));
      await stepFunctions.close();
      documents.destroy();
      await dynamodb.close();
      await healthImaging.close();
      await s3.close();
      client.destroy();
      medicalImaging.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type RecordedPipeline = Awaited<ReturnType<typeof startRecordedPipeline>>;

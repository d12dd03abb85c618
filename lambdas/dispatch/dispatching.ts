import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EnvironmentOf } from '../environment.ts';
import { stepFunctionsTasks } from '../executions/step-functions.ts';
import { healthImagingJobs } from '../import-jobs/healthimaging-jobs.ts';
import { dynamoStartQueue } from '../ledger/dynamo-start-queue.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import type { FunctionMetrics } from '../metrics.ts';
import type { BatchTrace } from '../tracing/batch-trace.ts';
import type { DispatchOptions } from './dispatch.ts';

/** What dispatching works with in this stack. */
export function dispatching(
  environment: EnvironmentOf<'dispatch'>,
  {
    logger,
    metrics,
    trace,
  }: { readonly logger: Logger; readonly metrics: FunctionMetrics; readonly trace: BatchTrace },
) {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return {
    queue: dynamoStartQueue(client, { batches: environment.BATCHES_TABLE, limiter: environment.LIMITER_TABLE }),
    ledger: openLedger(environment),
    jobs: healthImagingJobs(new MedicalImagingClient({ maxAttempts: 1 })),
    tasks: stepFunctionsTasks(new SFNClient({})),
    pace: { perSecond: environment.STARTS_PER_SECOND, burst: environment.START_BURST },
    concurrentJobs: environment.CONCURRENT_JOBS,
    dataAccessRoleArn: environment.DATA_ACCESS_ROLE_ARN,
    nowMs: Date.now,
    sleep: (ms: number) => sleep(ms),
    newId: randomUUID,
    onStarted: ({ batchId, traceparent, queuedAt }, jobId) =>
      trace.tell('wait for import job', traceparent, queuedAt === undefined ? Date.now() : Date.parse(queuedAt), {
        'dicom.batch.id': batchId,
        'dicom.import.job_id': jobId,
      }),
    onQuotaWait: () => metrics.add('ImportQuotaWaits', 1),
    onTrouble: (batchId: string, error: unknown) => logger.error('import job not started', { batchId, error }),
  } satisfies DispatchOptions;
}

import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { eachRecord } from '../each-record.ts';
import { environmentOf } from '../environment.ts';
import { stepFunctionsTasks } from '../executions/step-functions.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { deliverImportEvent } from './import-event.ts';

const logger = new Logger({ serviceName: 'import-event' });
const metrics = functionMetrics('import-event');
const trace = batchTrace('import-event', logger);
const ports = {
  ledger: openLedger(environmentOf('import-event'), trace.continueFrom),
  tasks: stepFunctionsTasks(new SFNClient({})),
};

const importJobSchema = z.object({
  datastoreId: z.string(),
  jobId: z.string(),
  jobName: z.string().optional(),
  jobStatus: z.string(),
});

/** Takes HealthImaging's "Import Job Completed" and "Failed" events by way of SQS. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return eachRecord(event, importJobSchema, { logger, metrics, trace }, async (job) => {
    const outcome = await deliverImportEvent(job, ports);
    logger.info('import job ended', { jobId: job.jobId, jobStatus: job.jobStatus, outcome });
    trace.note({ 'dicom.import.job_id': job.jobId, 'dicom.import.event': outcome });
    if (outcome === 'too-early') throw new Error('the batch has no task token yet');
  });
}

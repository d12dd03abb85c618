import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { eachRecord } from '../each-record.ts';
import { environmentOf } from '../environment.ts';
import { stepFunctionsTasks } from '../executions/step-functions.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { deliverImportEvent } from './import-event.ts';

const logger = new Logger({ serviceName: 'import-event' });
const metrics = functionMetrics('import-event');
const ports = {
  ledger: openLedger(environmentOf('import-event'), logger),
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
  return eachRecord(event, importJobSchema, { logger, metrics }, async (job) => {
    const outcome = await deliverImportEvent(job, ports);
    logger.info('import job ended', { jobId: job.jobId, jobStatus: job.jobStatus, outcome });
    if (outcome === 'too-early') throw new Error('the batch has no task token yet');
  });
}

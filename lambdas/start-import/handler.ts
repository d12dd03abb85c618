import { Logger } from '@aws-lambda-powertools/logger';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { batchIdSchema } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { environmentOf } from '../environment.ts';
import { stepFunctionsTasks } from '../executions/step-functions.ts';
import { healthImagingJobs } from '../import-jobs/healthimaging-jobs.ts';
import type { ImportJob } from '../import-jobs/import-jobs.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { startImport } from './start-import.ts';

const environment = environmentOf('start-import');
const logger = new Logger({ serviceName: 'start-import' });
const metrics = functionMetrics('start-import');
const options = {
  ledger: openLedger(environment, logger),
  jobs: healthImagingJobs(new MedicalImagingClient({ maxAttempts: 1 })),
  tasks: stepFunctionsTasks(new SFNClient({})),
  nowMs: Date.now,
  dataAccessRoleArn: environment.DATA_ACCESS_ROLE_ARN,
};

const eventSchema = z.object({
  batchId: batchIdSchema,
  datastoreId: z.string(),
  inputS3Uri: z.string().endsWith('/'),
  outputS3Uri: z.string(),
  taskToken: z.string().min(1),
});

/** Takes a registered batch and the token of the execution that waits; the token's answer is {jobId, jobStatus}. */
export async function handler(event: unknown): Promise<ImportJob> {
  logger.resetKeys();
  const request = eventSchema.parse(event);
  const job = await startImport(request, options).catch((error) => {
    if (error instanceof PipelineFault && error.code === 'IMPORT_THROTTLED') metrics.add('ImportQuotaWaits', 1);
    metrics.publish();
    throw error;
  });
  logger.info('import job started', { batchId: request.batchId, datastoreId: request.datastoreId, ...job });
  return job;
}

import { Logger } from '@aws-lambda-powertools/logger';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { z } from 'zod';
import { batchIdSchema } from '../../core/object-keys.ts';
import { environmentOf } from '../environment.ts';
import { healthImagingJobs } from '../import-jobs/healthimaging-jobs.ts';
import type { ImportJob } from '../import-jobs/import-jobs.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { pollImport } from './poll-import.ts';

const logger = new Logger({ serviceName: 'poll-import' });
const trace = batchTrace('poll-import', logger);
const options = {
  ledger: openLedger(environmentOf('poll-import'), trace.continueFrom),
  jobs: healthImagingJobs(new MedicalImagingClient({ maxAttempts: 1 })),
};

const eventSchema = z.object({
  batchId: batchIdSchema,
  datastoreId: z.string(),
  polls: z.int().nonnegative(),
});

/** Takes a batch and how often it was asked after; answers its job, and that it was asked after once more. */
export async function handler(event: unknown): Promise<ImportJob & { readonly polls: number }> {
  return trace.invocation(async () => {
    const { polls, ...batch } = eventSchema.parse(event);
    trace.note({ 'dicom.batch.id': batch.batchId });
    const job = await pollImport(batch, options);
    logger.info('import job polled', { batchId: batch.batchId, ...job });
    trace.note({ 'dicom.import.job_id': job.jobId, 'dicom.import.job_status': job.jobStatus });
    return { ...job, polls: polls + 1 };
  });
}

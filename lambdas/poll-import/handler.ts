import { Logger } from '@aws-lambda-powertools/logger';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { z } from 'zod';
import { batchIdSchema } from '../../core/object-keys.ts';
import { environmentOf } from '../environment.ts';
import { healthImagingJobs } from '../import-jobs/healthimaging-jobs.ts';
import type { ImportJob } from '../import-jobs/import-jobs.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { pollImport } from './poll-import.ts';

const logger = new Logger({ serviceName: 'poll-import' });
const options = {
  ledger: openLedger(environmentOf('poll-import'), logger),
  jobs: healthImagingJobs(new MedicalImagingClient({ maxAttempts: 1 })),
};

const eventSchema = z.object({
  batchId: batchIdSchema,
  datastoreId: z.string(),
  polls: z.int().nonnegative(),
});

/** Takes a batch and how often it was asked after; answers its job, and that it was asked after once more. */
export async function handler(event: unknown): Promise<ImportJob & { readonly polls: number }> {
  logger.resetKeys();
  const { polls, ...batch } = eventSchema.parse(event);
  const job = await pollImport(batch, options);
  logger.info('import job polled', { batchId: batch.batchId, ...job });
  return { ...job, polls: polls + 1 };
}

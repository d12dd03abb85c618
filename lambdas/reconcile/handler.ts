import { Logger } from '@aws-lambda-powertools/logger';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { jobOutputUri } from '../../core/healthimaging.ts';
import { countEnded } from '../count-ended.ts';
import { environmentOf } from '../environment.ts';
import { healthImagingJobs } from '../import-jobs/healthimaging-jobs.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { studyNotices } from '../studies/sns-notices.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { type ReconciledBatch, reconcile } from './reconcile.ts';
import { s3JobOutput } from './s3-job-output.ts';

const logger = new Logger({ serviceName: 'reconcile' });
const metrics = functionMetrics('reconcile');
const onEnded = countEnded(metrics, Date.now);
const storeOf = objectStores();
const s3 = new S3Client({});
const environment = environmentOf('reconcile');
const trace = batchTrace('reconcile', logger);
const ledger = openLedger(environment, trace.continueFrom);
const notices = studyNotices(environment.STUDY_TOPIC_ARN);
const jobs = healthImagingJobs(new MedicalImagingClient({ maxAttempts: 1 }));

const eventSchema = sealedBatchSchema.extend({
  datastoreId: z.string(),
  outputS3Uri: z.string(),
  jobId: z.string(),
  jobStatus: z.string(),
  outputs: z.enum(['complete', 'as-found']),
});

/** Takes a batch whose job has ended; answers how the batch ended. */
export async function handler(event: unknown): Promise<ReconciledBatch> {
  return trace.invocation(async () => {
    const { bucket, outputS3Uri, ...ended } = eventSchema.parse(event);
    const reconciled = await reconcile(ended, {
      store: storeOf(bucket),
      ledger,
      jobs,
      output: s3JobOutput(s3, jobOutputUri(outputS3Uri, ended.datastoreId, ended.jobId)),
      notices,
      onEnded,
      nowMs: Date.now,
    });
    const clean =
      reconciled.status === 'completed' &&
      reconciled.nonPrimary + reconciled.extraKeys + reconciled.unreadableLines === 0;
    logger[clean ? 'info' : 'warn']('reconciled', { ...reconciled });
    metrics.publish();
    const { batchId, status, imported, warned, failed, unaccounted } = reconciled;
    const counts = { imported, warned, failed, unaccounted };
    trace.note({ 'dicom.batch.id': batchId, 'dicom.batch.status': status });
    for (const [name, count] of Object.entries(counts)) trace.note({ [`dicom.instances.${name}`]: count });
    return reconciled;
  });
}

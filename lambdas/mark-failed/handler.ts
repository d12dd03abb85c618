import { Logger } from '@aws-lambda-powertools/logger';
import type { BatchStatus } from '../../core/ledger.ts';
import { countEnded } from '../count-ended.ts';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { objectStores } from '../object-store.ts';
import { sealedBatchSchema } from '../sealed-batch.ts';
import { studyNotices } from '../studies/sns-notices.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { caughtErrorSchema, failureReason } from './failure-reason.ts';
import { markFailed } from './mark-failed.ts';

const logger = new Logger({ serviceName: 'mark-failed' });
const storeOf = objectStores();
const environment = environmentOf('mark-failed');
const trace = batchTrace('mark-failed', logger);
const metrics = functionMetrics('mark-failed');
const options = {
  ledger: openLedger(environment, trace.continueFrom),
  notices: studyNotices(environment.STUDY_TOPIC_ARN),
  onEnded: countEnded(metrics, Date.now),
  nowMs: Date.now,
};

const eventSchema = sealedBatchSchema.extend({ error: caughtErrorSchema });

/** Takes a sealed batch and the error that was caught; answers the state in which the batch is now. */
export async function handler(event: unknown): Promise<{ readonly status: BatchStatus }> {
  return trace.invocation(async () => {
    const { error, ...sealed } = eventSchema.parse(event);
    trace.note({ 'dicom.batch.id': sealed.batchId });
    const reason = failureReason(error);
    const status = await markFailed(sealed, reason, { store: storeOf(sealed.bucket), ...options });
    logger.error('batch failed', { batchId: sealed.batchId, status, reason });
    trace.note({ 'dicom.batch.status': status });
    metrics.publish();
    return { status };
  });
}

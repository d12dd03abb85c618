import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import { formatTraceparent } from '../../core/traceparent.ts';
import { eachRecord } from '../each-record.ts';
import { environmentOf } from '../environment.ts';
import { stepFunctionsExecutions } from '../executions/step-functions.ts';
import { functionMetrics } from '../metrics.ts';
import { objectStores } from '../object-store.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { sealedBatchOf } from './sealed-batch-of.ts';
import { traceOf } from './trace-of.ts';

/** What a trace may hold up a batch. */
const TRACE_DEADLINE_MS = 1_000;

const environment = environmentOf('intake');
const logger = new Logger({ serviceName: 'intake' });
const metrics = functionMetrics('intake');
const trace = batchTrace('intake', logger);
const storeOf = objectStores(TRACE_DEADLINE_MS);
const executions = stepFunctionsExecutions(new SFNClient({}), environment.STATE_MACHINE_ARN);

const objectCreatedSchema = z.object({
  bucket: z.object({ name: z.string() }),
  object: z.object({ key: z.string() }),
});

/** Takes S3's "Object Created" events by way of SQS; starts one execution for each manifest, whatever comes twice. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return eachRecord(event, objectCreatedSchema, { logger, metrics, trace }, async ({ bucket, object }) => {
    const sealed = sealedBatchOf(bucket.name, object.key);
    if (sealed === undefined) throw new Error('the object is no manifest');
    const context = await traceOf(storeOf(bucket.name), sealed.manifestKey);
    if (context !== undefined) trace.continueFrom(formatTraceparent(context));
    const outcome = await executions.start(sealed.batchId, sealed, context);
    trace.note({ 'dicom.batch.id': sealed.batchId, 'dicom.execution': outcome });
    logger.info('batch taken in', { batchId: sealed.batchId, outcome });
  });
}

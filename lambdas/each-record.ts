import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { z } from 'zod';
import type { FunctionMetrics } from './metrics.ts';
import type { BatchTrace } from './tracing/batch-trace.ts';

/** An EventBridge event as far as the pipeline reads it. */
const envelopeSchema = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  detail: z.unknown(),
});

export interface RecordPorts {
  readonly logger: Logger;
  readonly metrics: FunctionMetrics;
  readonly trace: BatchTrace;
}

/**
 * Hands the detail of the EventBridge event in each SQS message on. Messages whose task rejects, or that cannot be
 * read, are reported as failed: SQS delivers them again, and those that never succeed end in the dead-letter queue.
 */
export async function eachRecord<D>(
  event: SQSEvent,
  detailSchema: z.ZodType<D>,
  { logger, metrics, trace }: RecordPorts,
  task: (detail: D) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await trace.step(() => task(detailSchema.parse(envelopeSchema.parse(JSON.parse(body)).detail)));
    } catch (error) {
      logger.error('message not handled', { messageId, error });
      metrics.add('MessagesNotHandled', 1);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  metrics.publish();
  await trace.flush();
  return { batchItemFailures };
}

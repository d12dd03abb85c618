import type { Logger } from '@aws-lambda-powertools/logger';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import { areSpansSent } from '../environment.ts';
import { BatchTrace } from './batch-trace.ts';

/**
 * Traces the batches of a function. Spans are sent where the environment names an endpoint for OTLP; without one, what
 * sends them is not even loaded, and X-Ray alone knows what the function did.
 */
export function batchTrace(name: PipelineFunctionName, logger: Logger): BatchTrace {
  return new BatchTrace({
    name,
    log: logger,
    load: areSpansSent() ? async () => (await import('./otlp-spans.ts')).otlpSpans(name) : undefined,
    onTrouble: (error) => logger.warn('spans not sent', { error }),
    nowMs: Date.now,
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { z } from 'zod';
import { batchIdSchema } from '../../core/object-keys.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import { dispatching } from '../dispatch/dispatching.ts';
import type { PlannedStart } from '../dispatch/plan-starts.ts';
import { environmentOf } from '../environment.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { type StartOutcome, startImport, urgentRunMs } from './start-import.ts';

const logger = new Logger({ serviceName: 'start-import' });
const metrics = functionMetrics('start-import');
const environment = environmentOf('start-import');
// The limiter starts whatever batch has its turn: what it logs must not name the trace of the batch that has just come.
const trace = batchTrace('start-import', logger);
const limiter = dispatching(environment, { logger: new Logger({ serviceName: 'start-import' }), metrics, trace });
const options = { ...limiter, ledger: openLedger(environment, trace.continueFrom) };

/** How often an urgent batch asks for the limiter before it leaves its start to the dispatcher. */
const STAT_ATTEMPTS = 8;
const STAT_PAUSE_MS = 250;

const eventSchema = z.object({ batchId: batchIdSchema, taskToken: z.string().min(1) });

/** Takes a batch and the token of the execution that waits; the token's answer is {jobId, jobStatus}. */
export async function handler(event: unknown): Promise<StartOutcome> {
  return trace.invocation(async () => {
    const request = eventSchema.parse(event);
    trace.note({ 'dicom.batch.id': request.batchId });
    const asked = await startImport(request, options);
    logger.info('import asked for', { batchId: request.batchId, ...asked });
    trace.note({ 'dicom.import.asked': asked.outcome });
    if (asked.outcome === 'queued') await startAtOnce({ batchId: request.batchId, lane: asked.lane });
    metrics.publish();
    return asked;
  });
}

/** Starts what the quotas allow now. What they do not allow, and what goes wrong here, is left to the dispatcher. */
async function startAtOnce(start: PlannedStart): Promise<void> {
  const isUrgent = start.lane.priority === 'stat';
  const attempts = isUrgent ? STAT_ATTEMPTS : 1;
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const { outcome } = await dispatch(limiter, isUrgent ? Date.now() + urgentRunMs : 0, start);
      if (outcome !== 'busy') return;
      await sleep(STAT_PAUSE_MS);
    }
  } catch (error) {
    logger.warn('left to the dispatcher', { batchId: start.batchId, error });
  }
}

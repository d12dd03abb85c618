import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { environmentOf } from '../environment.ts';
import { functionMetrics } from '../metrics.ts';
import { batchTrace } from '../tracing/open-batch-trace.ts';
import { type Dispatched, dispatch } from './dispatch.ts';
import { dispatching } from './dispatching.ts';

const logger = new Logger({ serviceName: 'dispatch' });
const metrics = functionMetrics('dispatch');
const trace = batchTrace('dispatch', logger);
const options = dispatching(environmentOf('dispatch'), { logger, metrics, trace });

/** One run lasts until the next one is due. */
const RUN_MS = 58_000;
/** Longer than a lease: whoever has the limiter gives it back by then, or has died. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 1_000;

/** Scheduled; takes nothing. Starts jobs for as long as there are batches that wait. */
export async function handler(): Promise<Dispatched> {
  const begunMs = Date.now();
  for (;;) {
    const dispatched = await dispatch(options, begunMs + RUN_MS);
    if (dispatched.outcome !== 'busy' || Date.now() - begunMs > PATIENCE_MS) {
      logger.info('dispatched', { ...dispatched });
      metrics.publish();
      await trace.flush();
      return dispatched;
    }
    await sleep(RETRY_MS);
  }
}

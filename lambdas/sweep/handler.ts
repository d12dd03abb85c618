import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import { countEnded } from '../count-ended.ts';
import { environmentOf } from '../environment.ts';
import { stepFunctionsExecutions } from '../executions/step-functions.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { functionMetrics } from '../metrics.ts';
import { objectStores } from '../object-store.ts';
import { studyNotices } from '../studies/sns-notices.ts';
import { type SweepReport, sweep } from './sweep.ts';
import { unfinishedBatches } from './unfinished-batches.ts';

const environment = environmentOf('sweep');
const logger = new Logger({ serviceName: 'sweep' });
const metrics = functionMetrics('sweep');
const options = {
  store: objectStores()(environment.INGEST_BUCKET),
  ledger: openLedger(environment),
  notices: studyNotices(environment.STUDY_TOPIC_ARN),
  executions: stepFunctionsExecutions(new SFNClient({}), environment.STATE_MACHINE_ARN),
  bucket: environment.INGEST_BUCKET,
  leaseTtlMs: environment.LEASE_TTL_MS,
  leaseGraceMs: environment.LEASE_GRACE_MS,
  lostEventAfterMs: environment.LOST_EVENT_AFTER_MS,
  lostEventLookbackMs: environment.LOST_EVENT_LOOKBACK_MS,
  stuckAfterMs: environment.STUCK_AFTER_MS,
  maxRedrives: environment.MAX_REDRIVES,
  onEnded: countEnded(metrics, Date.now),
  nowMs: Date.now,
};

/** Scheduled; takes nothing. Tells how much is unfinished. Fails after it has done all it could when something could not be swept. */
export async function handler(): Promise<Omit<SweepReport, 'problems'>> {
  const { problems, ...done } = await sweep(options);
  logger.info('swept', { ...done, problems: problems.length });
  for (const { subject, error } of problems) logger.error('could not be swept', { subject, error });
  const { waiting, importing, oldestAgeMs } = await unfinishedBatches(options.ledger, Date.now());
  metrics.add('BatchesWaiting', waiting);
  metrics.add('BatchesImporting', importing);
  metrics.add('OldestUnreconciledAge', oldestAgeMs / 1_000);
  metrics.publish();
  if (problems.length > 0) throw new Error(`${problems.length} batches could not be swept`);
  return done;
}

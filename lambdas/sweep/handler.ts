import { Logger } from '@aws-lambda-powertools/logger';
import { SFNClient } from '@aws-sdk/client-sfn';
import { environmentOf } from '../environment.ts';
import { stepFunctionsExecutions } from '../executions/step-functions.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { objectStores } from '../object-store.ts';
import { studyNotices } from '../studies/sns-notices.ts';
import { type SweepReport, sweep } from './sweep.ts';

const environment = environmentOf('sweep');
const logger = new Logger({ serviceName: 'sweep' });
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
  nowMs: Date.now,
};

/** Scheduled; takes nothing. Fails after it has done all it could when something could not be swept. */
export async function handler(): Promise<Omit<SweepReport, 'problems'>> {
  const { problems, ...done } = await sweep(options);
  logger.info('swept', { ...done, problems: problems.length });
  for (const { subject, error } of problems) logger.error('could not be swept', { subject, error });
  if (problems.length > 0) throw new Error(`${problems.length} batches could not be swept`);
  return done;
}

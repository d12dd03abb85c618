import type { BatchId } from '../../core/object-keys.ts';
import { parseTraceparent } from '../../core/traceparent.ts';
import type { OnEnded } from '../count-ended.ts';
import type { Executions } from '../executions/executions.ts';
import { traceOf } from '../intake/trace-of.ts';
import { markFailed } from '../mark-failed/mark-failed.ts';
import type { SealedBatch } from '../sealed-batch.ts';
import type { StudyNotices } from '../studies/study-notices.ts';
import { redrive } from './redrive.ts';
import { findDeadLeases, type OrphanOutcome, type SealOptions, sealOrphan } from './seal-orphans.ts';
import { findLostEvents, findStuck, type StalledOptions } from './stalled-batches.ts';

export interface SweepOptions extends SealOptions, StalledOptions {
  readonly executions: Executions;
  readonly notices: StudyNotices;
  readonly onEnded: OnEnded;
  readonly maxRedrives: number;
}

export interface SweepReport {
  readonly orphans: readonly OrphanOutcome[];
  /** Batches for which an execution was started. */
  readonly started: readonly BatchId[];
  /** Batches that were given up. */
  readonly gaveUp: readonly BatchId[];
  /** What could not be swept; it is tried again by the next sweep. */
  readonly problems: readonly SweepProblem[];
}

export interface SweepProblem {
  /** A lease's key or a batch id. */
  readonly subject: string;
  readonly error: unknown;
}

/**
 * Finishes what others left: seals the batches of dead owners, starts the executions of lost events, and starts
 * batches again that stand still. One batch that cannot be swept does not keep the others waiting.
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const problems: SweepProblem[] = [];
  const attempt = async <T>(subject: string, task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      problems.push({ subject, error });
      return undefined;
    }
  };

  const orphans: OrphanOutcome[] = [];
  for (const lease of await findDeadLeases(options)) {
    const outcome = await attempt(lease.key, () => sealOrphan(lease, options));
    if (outcome !== undefined) orphans.push(outcome);
  }

  const started: BatchId[] = [];
  const gaveUp: BatchId[] = [];
  for (const sealed of [...(await findLostEvents(options)), ...(await findStuck(options))]) {
    const outcome = await attempt(sealed.batchId, () => moveOn(sealed, options));
    if (outcome === 'started') started.push(sealed.batchId);
    if (outcome === 'exhausted') gaveUp.push(sealed.batchId);
  }
  return { orphans, started, gaveUp, problems };
}

async function moveOn(sealed: SealedBatch, options: SweepOptions) {
  const batch = await options.ledger.findBatch(sealed.batchId);
  // The ledger never heard of a batch whose event was lost: its manifest has the trace.
  const trace =
    batch === undefined ? await traceOf(options.store, sealed.manifestKey) : parseTraceparent(batch.traceparent);
  const outcome = await redrive(sealed, options, { firstAttempt: batch?.attempt ?? 0, trace });
  if (outcome === 'exhausted') {
    await markFailed(sealed, `RedrivesExhausted: started ${options.maxRedrives + 1} times without an end`, options);
  }
  return outcome;
}

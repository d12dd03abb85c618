import { attemptName } from '../../core/replay.ts';
import type { TraceContext } from '../../core/traceparent.ts';
import type { Executions } from '../executions/executions.ts';
import type { SealedBatch } from '../sealed-batch.ts';

/** `running`: an execution is at it. `exhausted`: every execution that is allowed has ended and the batch has not. */
export type RedriveOutcome = 'started' | 'running' | 'exhausted';

/**
 * Sees to it that an execution works on a batch, unless it was started too often already. Its input names no attempt:
 * it goes on with the one that is unfinished.
 * @param known firstAttempt: the attempt that the ledger knows, names of those before it are spent; trace: of the batch
 */
export async function redrive(
  sealed: SealedBatch,
  { executions, maxRedrives }: { readonly executions: Executions; readonly maxRedrives: number },
  { firstAttempt, trace }: { readonly firstAttempt: number; readonly trace: TraceContext | undefined },
): Promise<RedriveOutcome> {
  for (let attempt = firstAttempt; attempt <= firstAttempt + maxRedrives; attempt++) {
    const name = attemptName(sealed.batchId, attempt);
    const status = await executions.statusOf(name);
    if (status === 'running') return 'running';
    if (status === undefined) {
      // Somebody else was faster: then its execution runs.
      return (await executions.start(name, sealed, trace)) === 'started' ? 'started' : 'running';
    }
  }
  return 'exhausted';
}

import { failureReasonOf } from '../core/failure-reason.ts';
import type { BatchRecord, InstanceRecord } from '../core/ledger.ts';
import { ulidTimeMs } from '../core/ulid.ts';
import { totalsOf } from './ledger/records-of.ts';
import type { FunctionMetrics } from './metrics.ts';

/** A batch that has just ended; whoever finds it at its end again tells nobody. */
export type EndedBatch = Pick<BatchRecord, 'batchId' | 'status' | 'reason'>;

export type OnEnded = (batch: EndedBatch, instances: readonly InstanceRecord[]) => void;

/** Counts what became of a batch and its instances, as the service does that reads the ledger. */
export function countEnded(metrics: Omit<FunctionMetrics, 'publish'>, nowMs: () => number): OnEnded {
  return ({ batchId, status, reason }, instances) => {
    const { imported, warned, failed, unaccounted } = totalsOf(instances);
    metrics.add('InstancesImported', imported);
    metrics.add('InstancesWarned', warned);
    metrics.add('InstancesFailed', failed);
    metrics.add('InstancesUnaccounted', unaccounted);
    // The id of a batch says when it was opened.
    metrics.add('BatchAge', Math.max(0, nowMs() - ulidTimeMs(batchId)) / 1_000);
    if (status === 'failed') metrics.add('BatchesFailed', 1);
    const why = (instance: InstanceRecord): string =>
      status === 'failed'
        ? (reason ?? '')
        : instance.status === 'unaccounted'
          ? 'unaccounted'
          : (instance.reason ?? '');
    const missing = instances.filter((one) => one.status === 'failed' || one.status === 'unaccounted');
    const byReason = Map.groupBy(missing, (instance) => failureReasonOf(why(instance)));
    for (const [word, members] of byReason) metrics.addFor('InstancesNotImported', word, members.length);
  };
}

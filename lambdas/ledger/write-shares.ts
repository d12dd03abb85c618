import type { BatchRecord, BatchStatus, InstanceRecord } from '../../core/ledger.ts';
import { eachOf } from '../each-of.ts';
import type { Ledger } from './ledger.ts';
import { sharesOf } from './records-of.ts';

const STUDIES_AT_ONCE = 8;

/** Writes what a batch contributes to each of its studies. Running it again changes nothing. */
export function writeShares(
  ledger: Ledger,
  { batchId, datastoreId }: Pick<BatchRecord, 'batchId' | 'datastoreId'>,
  instances: readonly InstanceRecord[],
  status: BatchStatus,
  updatedAt: string,
): Promise<void> {
  const firstReceivedAt = instances.map(({ receivedAt }) => receivedAt).sort()[0] ?? updatedAt;
  return eachOf([...sharesOf(instances, status)], STUDIES_AT_ONCE, ([studyInstanceUid, share]) =>
    ledger.putStudyShare({ datastoreId, batchId, studyInstanceUid, firstReceivedAt, updatedAt, share }),
  );
}

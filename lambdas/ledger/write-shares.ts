import type { BatchRecord, BatchStatus, InstanceRecord } from '../../core/ledger.ts';
import { eachOf } from '../each-of.ts';
import { settleStudy } from '../studies/settle-study.ts';
import type { StudyNotices } from '../studies/study-notices.ts';
import type { Ledger } from './ledger.ts';
import { sharesOf } from './records-of.ts';

const STUDIES_AT_ONCE = 8;

type BatchKey = Pick<BatchRecord, 'batchId' | 'datastoreId'>;

/**
 * Writes what a batch contributes to each of its studies, and in what state they are with it. Running it again changes
 * nothing.
 */
export function writeShares(
  ledger: Ledger,
  { batchId, datastoreId }: BatchKey,
  instances: readonly InstanceRecord[],
  status: BatchStatus,
  updatedAt: string,
  notices?: StudyNotices,
): Promise<void> {
  const firstReceivedAt = instances.map(({ receivedAt }) => receivedAt).sort()[0] ?? updatedAt;
  return eachOf([...sharesOf(instances, status)], STUDIES_AT_ONCE, async ([studyInstanceUid, share]) => {
    const contribution = { datastoreId, batchId, studyInstanceUid, firstReceivedAt, updatedAt, share };
    await settleStudy(await ledger.putStudyShare(contribution), { ledger, notices });
  });
}

/** Tells the studies of a batch that it has gone on. */
export function moveShares(
  ledger: Ledger,
  { batchId, datastoreId, studyInstanceUids }: BatchKey & Pick<BatchRecord, 'studyInstanceUids'>,
  status: BatchStatus,
  updatedAt: string,
): Promise<void> {
  return eachOf(studyInstanceUids, STUDIES_AT_ONCE, async (studyInstanceUid) => {
    const study = await ledger.moveStudyShare({ datastoreId, batchId, studyInstanceUid, status, updatedAt });
    if (study !== undefined) await settleStudy(study, { ledger, notices: undefined });
  });
}

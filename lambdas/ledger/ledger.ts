import type { BatchRecord, BatchStatus, InstanceRecord, StudyShare } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';

/** The port to the pipeline's memory. Reads of one batch are strongly consistent; the others may lag behind. */
export interface Ledger {
  readonly findBatch: (batchId: BatchId) => Promise<BatchRecord | undefined>;
  /** Which of these batches the ledger has a record of. */
  readonly knownBatches: (batchIds: readonly BatchId[]) => Promise<ReadonlySet<BatchId>>;
  /** Batches in this state whose record has not changed since, the longest unchanged first. */
  readonly batchesUnchangedSince: (
    status: BatchStatus,
    before: string,
    limit: number,
  ) => Promise<readonly BatchRecord[]>;
  /**
   * Writes a record whole. Rejects with TransitionRefused when there is one whose state does not lead to this one's.
   */
  readonly putBatch: (record: BatchRecord) => Promise<void>;
  /**
   * Moves a batch to `next` and writes `changes` with it, on the same condition.
   * @returns the record as it was before
   */
  readonly moveBatch: (batchId: BatchId, next: BatchStatus, changes: BatchChanges) => Promise<BatchRecord>;
  /** Notes the job of a batch, whatever its state. */
  readonly recordJob: (batchId: BatchId, job: { readonly jobId: string; readonly jobStatus: string }) => Promise<void>;
  readonly putInstances: (records: readonly InstanceRecord[]) => Promise<void>;
  readonly instancesOf: (batchId: BatchId) => Promise<readonly InstanceRecord[]>;
  /** Writes what one batch contributes to a study, over what it contributed before. */
  readonly putStudyShare: (share: StudyContribution) => Promise<void>;
}

export type BatchChanges = Partial<Omit<BatchRecord, 'batchId' | 'status' | 'updatedAt'>> & {
  readonly updatedAt: string;
};

export interface StudyContribution {
  readonly datastoreId: string;
  readonly studyInstanceUid: string;
  readonly batchId: BatchId;
  readonly firstReceivedAt: string;
  readonly updatedAt: string;
  readonly share: StudyShare;
}

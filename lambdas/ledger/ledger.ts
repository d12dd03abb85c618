import type {
  BatchRecord,
  BatchStatus,
  InstanceRecord,
  StudyRecord,
  StudyShare,
  StudyState,
} from '../../core/ledger.ts';
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
  /**
   * Notes that the job was started for which a batch was queued with this token. Nothing is written, and false answered,
   * when it is not queued with it any longer.
   */
  readonly recordStart: (batchId: BatchId, taskToken: string, started: StartedJob) => Promise<boolean>;
  /** Takes a queued batch out of its lane: it is for the execution to say what becomes of it. */
  readonly leaveLane: (batchId: BatchId, taskToken: string) => Promise<void>;
  readonly putInstances: (records: readonly InstanceRecord[]) => Promise<void>;
  readonly instancesOf: (batchId: BatchId) => Promise<readonly InstanceRecord[]>;
  /** Writes what one batch contributes to a study, over what it contributed before. @returns the study as it is now */
  readonly putStudyShare: (share: StudyContribution) => Promise<StudyRecord>;
  /** Moves what a batch contributes to a study to another state; undefined when it contributes nothing. */
  readonly moveStudyShare: (move: StudyMove) => Promise<StudyRecord | undefined>;
  /** Notes in what state a study is, and what was told of it. */
  readonly markStudy: (
    study: StudyKey,
    mark: { readonly state: StudyState; readonly noticed?: string },
  ) => Promise<void>;
}

type Changeable = Omit<BatchRecord, 'batchId' | 'status' | 'updatedAt'>;

/** Null removes an attribute. */
export type BatchChanges = { readonly [A in keyof Changeable]?: Changeable[A] | null } & { readonly updatedAt: string };

export interface StartedJob {
  readonly jobId: string;
  readonly jobStatus: string;
  readonly lane: string;
  readonly updatedAt: string;
}

export interface StudyKey {
  readonly datastoreId: string;
  readonly studyInstanceUid: string;
}

export interface StudyMove extends StudyKey {
  readonly batchId: BatchId;
  readonly status: BatchStatus;
  readonly updatedAt: string;
}

export interface StudyContribution {
  readonly datastoreId: string;
  readonly studyInstanceUid: string;
  readonly batchId: BatchId;
  readonly firstReceivedAt: string;
  readonly updatedAt: string;
  readonly share: StudyShare;
}

import {
  type BatchRecord,
  batchRecordSchema,
  type InstanceRecord,
  type StudyRecord,
  statesBefore,
} from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Ledger, StudyContribution } from '../../lambdas/ledger/ledger.ts';

/** The pipeline's memory in memory, with the transitions of the real one. */
export class MemoryLedger implements Ledger {
  readonly batches = new Map<BatchId, BatchRecord>();
  /** The index by lane: the batches of each, by the time at which they were queued. */
  readonly #lanes = new Map<string, Map<BatchId, string>>();
  readonly #latest = new Map<string, string>();
  readonly instances = new Map<string, InstanceRecord>();
  readonly studies = new Map<string, StudyRecord>();
  readonly shares: StudyContribution[] = [];

  readonly findBatch: Ledger['findBatch'] = async (batchId) => this.batches.get(batchId);

  readonly knownBatches: Ledger['knownBatches'] = async (batchIds) =>
    new Set(batchIds.filter((batchId) => this.batches.has(batchId)));

  readonly batchesUnchangedSince: Ledger['batchesUnchangedSince'] = async (status, before, limit) =>
    [...this.batches.values()]
      .filter((record) => record.status === status && record.updatedAt < before)
      .sort((a, b) => a.updatedAt.localeCompare(b.updatedAt))
      .slice(0, limit);

  readonly putBatch: Ledger['putBatch'] = async (record) => {
    const before = this.batches.get(record.batchId);
    if (before !== undefined) this.#requireTransition(before, record.status);
    this.#put(record);
  };

  readonly moveBatch: Ledger['moveBatch'] = async (batchId, next, changes) => {
    const before = this.batches.get(batchId);
    if (before === undefined) throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is not known`);
    this.#requireTransition(before, next);
    this.#put(changed(before, { ...changes, status: next }));
    return before;
  };

  readonly recordStart: Ledger['recordStart'] = async (batchId, taskToken, started) => {
    const before = this.batches.get(batchId);
    if (before?.status !== 'queued' || before.taskToken !== taskToken) return false;
    this.#put(changed(before, { ...started, status: 'importing' }));
    return true;
  };

  readonly leaveLane: Ledger['leaveLane'] = async (batchId, taskToken) => {
    const before = this.batches.get(batchId);
    if (before?.status === 'queued' && before.taskToken === taskToken) {
      this.#put(changed(before, { lane: null }));
    }
  };

  readonly putInstances: Ledger['putInstances'] = async (records) => {
    for (const record of records) this.instances.set(`${record.batchId} ${record.objectKey}`, record);
  };

  readonly instancesOf: Ledger['instancesOf'] = async (batchId) =>
    [...this.instances.values()].filter((record) => record.batchId === batchId);

  readonly putStudyShare: Ledger['putStudyShare'] = async (contribution) => {
    this.shares.push(contribution);
    const { datastoreId, studyInstanceUid, batchId, share, firstReceivedAt, updatedAt } = contribution;
    const before = this.studies.get(`${datastoreId} ${studyInstanceUid}`);
    return this.#keep({
      datastoreId,
      studyInstanceUid,
      firstReceivedAt,
      ...before,
      updatedAt,
      batches: { ...before?.batches, [batchId]: share },
    });
  };

  readonly moveStudyShare: Ledger['moveStudyShare'] = async ({ datastoreId, studyInstanceUid, batchId, status }) => {
    const before = this.studies.get(`${datastoreId} ${studyInstanceUid}`);
    const share = before?.batches[batchId];
    if (before === undefined || share === undefined) return undefined;
    return this.#keep({ ...before, batches: { ...before.batches, [batchId]: { ...share, status } } });
  };

  readonly markStudy: Ledger['markStudy'] = async ({ datastoreId, studyInstanceUid }, mark) => {
    const before = this.studies.get(`${datastoreId} ${studyInstanceUid}`);
    if (before !== undefined) this.#keep({ ...before, ...mark });
  };

  #keep(study: StudyRecord): StudyRecord {
    this.studies.set(`${study.datastoreId} ${study.studyInstanceUid}`, study);
    return study;
  }

  /** Up to so many batches of a lane, those that wait longest first. */
  inLane(lane: string, limit: number): BatchId[] {
    const head: BatchId[] = [];
    for (const batchId of this.#lanes.get(lane)?.keys() ?? []) if (head.push(batchId) >= limit) break;
    return head;
  }

  countLane(lane: string): number {
    return this.#lanes.get(lane)?.size ?? 0;
  }

  #put(record: BatchRecord): void {
    const { batchId, lane, queuedAt = '' } = record;
    const before = this.batches.get(batchId)?.lane;
    if (before !== undefined && before !== lane) this.#lanes.get(before)?.delete(batchId);
    if (lane !== undefined) this.#lanes.set(lane, this.#inOrder(lane, batchId, queuedAt));
    this.batches.set(batchId, record);
  }

  /** Who comes last is last; the whole lane is put in order only when one comes back to its place. */
  #inOrder(lane: string, batchId: BatchId, queuedAt: string): Map<BatchId, string> {
    const members = this.#lanes.get(lane) ?? new Map<BatchId, string>();
    const latest = this.#latest.get(lane) ?? '';
    members.set(batchId, queuedAt);
    if (queuedAt < latest) return new Map([...members].sort(([, a], [, b]) => (a < b ? -1 : Number(a > b))));
    this.#latest.set(lane, queuedAt);
    return members;
  }

  #requireTransition({ batchId, status }: BatchRecord, next: BatchRecord['status']): void {
    if (statesBefore(next).includes(status)) return;
    throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is ${status} and may not become ${next}`);
  }
}

/** A record with changes, of which null removes. */
function changed(record: BatchRecord, changes: object): BatchRecord {
  const entries = Object.entries({ ...record, ...changes }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return batchRecordSchema.parse(Object.fromEntries(entries));
}

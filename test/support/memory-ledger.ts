import { type BatchRecord, type InstanceRecord, statesBefore } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Ledger, StudyContribution } from '../../lambdas/ledger/ledger.ts';

/** The pipeline's memory in memory, with the transitions of the real one. */
export class MemoryLedger implements Ledger {
  readonly batches = new Map<BatchId, BatchRecord>();
  readonly instances = new Map<string, InstanceRecord>();
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
    this.batches.set(record.batchId, record);
  };

  readonly moveBatch: Ledger['moveBatch'] = async (batchId, next, changes) => {
    const before = this.batches.get(batchId);
    if (before === undefined) throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is not known`);
    this.#requireTransition(before, next);
    this.batches.set(batchId, { ...before, ...changes, status: next });
    return before;
  };

  readonly recordJob: Ledger['recordJob'] = async (batchId, { jobId, jobStatus }) => {
    const before = this.batches.get(batchId);
    if (before !== undefined) this.batches.set(batchId, { ...before, jobId, jobStatus });
  };

  readonly putInstances: Ledger['putInstances'] = async (records) => {
    for (const record of records) this.instances.set(`${record.batchId} ${record.objectKey}`, record);
  };

  readonly instancesOf: Ledger['instancesOf'] = async (batchId) =>
    [...this.instances.values()].filter((record) => record.batchId === batchId);

  readonly putStudyShare: Ledger['putStudyShare'] = async (share) => {
    this.shares.push(share);
  };

  #requireTransition({ batchId, status }: BatchRecord, next: BatchRecord['status']): void {
    if (statesBefore(next).includes(status)) return;
    throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is ${status} and may not become ${next}`);
  }
}

import { type BatchRecord, type BatchStatus, type InstanceRecord, statesBefore } from '../../../core/ledger.ts';
import type { BatchId } from '../../../core/object-keys.ts';
import type { BatchChanges, Ledger, StudyContribution } from '../../../lambdas/ledger/ledger.ts';
import { settleStudy } from '../../../lambdas/studies/settle-study.ts';

/** Something that the ledger and a job say differently. */
export interface Difference {
  /** `batch`, or a SOP Instance UID. */
  readonly what: string;
  readonly ledger: string;
  readonly job: string;
}

/**
 * A ledger that keeps what is written to it in mind, until it is told to write. It gives a batch that has ended as one
 * whose only job has just ended, and none of its instances as compared, so that all are compared anew.
 */
export class RehearsedLedger {
  readonly #real: Ledger;
  #instances: readonly InstanceRecord[] = [];
  #shares: StudyContribution[] = [];
  #move: { readonly next: BatchStatus; readonly changes: BatchChanges } | undefined;

  constructor(real: Ledger) {
    this.#real = real;
  }

  get ledger(): Ledger {
    return {
      ...this.#real,
      findBatch: async (batchId) => atItsJob(await this.#found(batchId)),
      instancesOf: async () => [],
      putInstances: async (records) => {
        this.#instances = records;
      },
      putStudyShare: async (share) => {
        this.#shares.push(share);
        const { batchId, share: contribution, ...study } = share;
        return { ...study, batches: { [batchId]: contribution } };
      },
      markStudy: async () => undefined,
      moveBatch: async (batchId, next, changes) => {
        this.#move = { next, changes };
        return this.#found(batchId);
      },
    };
  }

  /** What the real ledger has otherwise. */
  async differences(batchId: BatchId): Promise<readonly Difference[]> {
    const batch = await this.#found(batchId);
    const there = new Map((await this.#real.instancesOf(batchId)).map((record) => [record.objectKey, record]));
    const ofInstances = this.#instances.flatMap((record) => {
      const [ledger, job] = [outcomeOf(there.get(record.objectKey)), outcomeOf(record)];
      return ledger === job ? [] : [{ what: record.sopInstanceUid, ledger, job }];
    });
    const next = this.#move?.next ?? batch.status;
    return next === batch.status ? ofInstances : [{ what: 'batch', ledger: batch.status, job: next }, ...ofInstances];
  }

  /** Writes it all, in the order in which the pipeline does. */
  async write(batchId: BatchId): Promise<void> {
    await this.#real.putInstances(this.#instances);
    for (const share of this.#shares) {
      await settleStudy(await this.#real.putStudyShare(share), { ledger: this.#real, notices: undefined });
    }
    if (this.#move === undefined) return;
    const { next, changes } = this.#move;
    const { status } = await this.#found(batchId);
    // An end is left by way of `importing` alone.
    if (!statesBefore(next).includes(status)) {
      await this.#real.moveBatch(batchId, 'importing', { updatedAt: changes.updatedAt });
    }
    await this.#real.moveBatch(batchId, next, changes);
  }

  async #found(batchId: BatchId): Promise<BatchRecord> {
    const batch = await this.#real.findBatch(batchId);
    if (batch === undefined) throw new Error(`batch ${batchId} is gone`);
    return batch;
  }
}

function atItsJob(batch: BatchRecord): BatchRecord {
  const { parts: _parts, jobsFailed: _failed, jobsCompleted: _completed, ...one } = batch;
  return { ...one, status: 'importing' };
}

const outcomeOf = (record: InstanceRecord | undefined): string =>
  record === undefined
    ? 'nothing'
    : [record.status, record.imageSetId ?? '', record.reason ?? ''].filter((part) => part !== '').join(' ');

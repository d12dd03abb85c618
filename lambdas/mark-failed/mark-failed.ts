import { type BatchRecord, type BatchStatus, type InstanceRecord, isFinal } from '../../core/ledger.ts';
import type { Manifest } from '../../core/manifest.ts';
import { type ObjectStore, StoreFault } from '../../core/object-store.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { ulidTimeMs } from '../../core/ulid.ts';
import type { OnEnded } from '../count-ended.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { batchRecordOf, instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import type { SealedBatch } from '../sealed-batch.ts';
import type { StudyNotices } from '../studies/study-notices.ts';

/** Stands for the datastore of a batch that has none. */
const NO_DATASTORE = 'none';

export interface MarkFailedOptions {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly notices: StudyNotices;
  readonly onEnded: OnEnded;
  readonly nowMs: () => number;
}

/**
 * Ends a batch as failed, so that nothing waits for it any longer. Instances whose outcome is known keep it; all others
 * fail for the given reason. A batch that has ended before is left as it ended.
 * @returns the state in which the batch is now
 */
export async function markFailed(
  sealed: SealedBatch,
  reason: string,
  { store, ledger, notices, onEnded, nowMs }: MarkFailedOptions,
): Promise<BatchStatus> {
  const before = await ledger.findBatch(sealed.batchId);
  if (before !== undefined && isFinal(before.status)) return before.status;

  const now = new Date(nowMs()).toISOString();
  const manifest = await manifestIfReadable(store, sealed.manifestKey);
  const { lane: _lane, parts: _parts, ...batch } = before ?? unregistered(sealed, manifest, now);
  const instances = failOpenOnes(
    await ledger.instancesOf(sealed.batchId),
    manifest === undefined ? [] : instanceRecordsOf(manifest, now),
    reason,
    now,
  );
  await ledger.putInstances(instances);
  await writeShares(ledger, batch, instances, 'failed', now, notices);
  await ledger.putBatch({ ...batch, ...totalsOf(instances), status: 'failed', reason, endedAt: now, updatedAt: now });
  onEnded({ batchId: sealed.batchId, status: 'failed', reason }, instances);
  return 'failed';
}

/** The instances of a failed batch: those that the ledger has, and those that the manifest has besides. */
export function failOpenOnes(
  recorded: readonly InstanceRecord[],
  listed: readonly InstanceRecord[],
  reason: string,
  updatedAt: string,
): readonly InstanceRecord[] {
  const byKey = new Map([...listed, ...recorded].map((instance) => [instance.objectKey, instance]));
  return [...byKey.values()].map((instance) =>
    instance.status === 'received' ? { ...instance, status: 'failed', reason, updatedAt } : instance,
  );
}

async function manifestIfReadable(store: ObjectStore, key: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(store, key);
  } catch (error) {
    const lasting = error instanceof PipelineFault || (error instanceof StoreFault && !error.retryable);
    if (lasting) return undefined;
    throw error;
  }
}

/** The record of a batch that never came to be registered. */
function unregistered({ batchId, bucket }: SealedBatch, manifest: Manifest | undefined, now: string): BatchRecord {
  const datastoreId = manifest?.route.datastoreId ?? NO_DATASTORE;
  if (manifest !== undefined) return batchRecordOf(manifest, { bucket, datastoreId, now });
  return {
    batchId,
    status: 'failed',
    route: 'unknown',
    priority: 'routine',
    datastoreId,
    bucket,
    owner: 'unknown',
    files: 0,
    bytes: 0,
    openedAt: new Date(ulidTimeMs(batchId)).toISOString(),
    sealedAt: now,
    registeredAt: now,
    updatedAt: now,
    studyInstanceUids: [],
  };
}

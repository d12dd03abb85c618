import type { BatchStatus } from '../../core/ledger.ts';
import { statesBefore } from '../../core/ledger.ts';
import { type BatchId, batchPrefix } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Priority } from '../../core/route.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { batchRecordOf, instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import type { SealedBatch } from '../sealed-batch.ts';

export interface RegisteredBatch {
  readonly batchId: BatchId;
  /** `registered` and `importing` go on to the import; every other state is an end that was reached before. */
  readonly status: BatchStatus;
  readonly datastoreId: string;
  /** Ends in a slash: without it sibling prefixes would match too. */
  readonly inputS3Uri: string;
  readonly outputS3Uri: string;
  readonly files: number;
  readonly bytes: number;
  readonly priority: Priority;
}

export interface RegisterOptions {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly nowMs: () => number;
  readonly outputS3Uri: string;
  readonly defaultDatastoreId: string | undefined;
}

/**
 * Takes a sealed batch into the ledger: batch, instances, studies. A batch that is past this step already is left as
 * it is. A batch without instances is complete at once.
 * @throws PipelineFault MANIFEST_MISSING, MANIFEST_INVALID, NO_DATASTORE
 */
export async function register(sealed: SealedBatch, options: RegisterOptions): Promise<RegisteredBatch> {
  const { store, ledger, outputS3Uri } = options;
  const manifest = await readManifest(store, sealed.manifestKey);
  const datastoreId = manifest.route.datastoreId ?? options.defaultDatastoreId;
  if (datastoreId === undefined) {
    throw new PipelineFault(
      'NO_DATASTORE',
      `route ${manifest.route.name} names no datastore and DEFAULT_DATASTORE_ID is not set`,
    );
  }
  const now = new Date(options.nowMs()).toISOString();
  const placed = { bucket: sealed.bucket, datastoreId, outputS3Uri, now };
  const record = batchRecordOf(manifest, placed);
  const answer = (status: BatchStatus): RegisteredBatch => ({
    batchId: record.batchId,
    status,
    datastoreId,
    inputS3Uri: `s3://${sealed.bucket}/${batchPrefix(record.batchId)}`,
    outputS3Uri,
    files: record.files,
    bytes: record.bytes,
    priority: record.priority,
  });

  const before = await ledger.findBatch(record.batchId);
  if (before !== undefined && !statesBefore('registered').includes(before.status)) return answer(before.status);
  if (record.files === 0) {
    await ledger.putBatch({ ...record, ...totalsOf([]), status: 'completed', endedAt: now });
    return answer('completed');
  }
  await ledger.putBatch(record);
  const instances = instanceRecordsOf(manifest, now);
  await ledger.putInstances(instances);
  await writeShares(ledger, record, instances, 'registered', now);
  return answer('registered');
}

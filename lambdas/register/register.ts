import type { BatchRecord, BatchStatus, InstanceRecord } from '../../core/ledger.ts';
import { isFinal } from '../../core/ledger.ts';
import type { Manifest } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { firstParts, partAtWork } from '../../core/parts.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Outlet, Priority } from '../../core/route.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openAmong } from '../ledger/open-keys.ts';
import { batchRecordOf, instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import type { SealedBatch } from '../sealed-batch.ts';

export interface RegisteredBatch {
  readonly batchId: BatchId;
  /** `registered`, `queued` and `importing` go on to the import; every other state is an end that was reached before. */
  readonly status: BatchStatus;
  readonly datastoreId: string;
  readonly outputS3Uri: string;
  readonly files: number;
  readonly bytes: number;
  readonly priority: Priority;
  readonly attempt: number;
  readonly outlet: Outlet;
  /** Whether its objects lie as the job takes them; otherwise those of the part at work are to be copied first. */
  readonly prepared: boolean;
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
 * it is. A replay takes a batch that has ended back to its beginning, for the instances that have not arrived. A batch
 * of which every instance has arrived, as one without instances, is complete at once.
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
  const before = await ledger.findBatch(manifest.batchId);
  const attempt = Math.max(sealed.attempt ?? 0, before?.attempt ?? 0);
  if (before !== undefined && !isToBeRegistered(before, attempt)) return answerOf(before, outputS3Uri);

  const now = new Date(options.nowMs()).toISOString();
  const instances = instancesToImport(
    manifest,
    before === undefined ? [] : await ledger.instancesOf(manifest.batchId),
    now,
  );
  const files = manifest.instances.length;
  const open = openAmong(manifest.instances, instances, { from: 0, to: files });
  const record: BatchRecord = {
    ...batchRecordOf(manifest, { bucket: sealed.bucket, datastoreId, outputS3Uri, now }),
    attempt,
    parts: [...firstParts(open, files)],
    // What is imported once more goes by a job, which says of each file why it is not taken.
    ...(manifest.route.outlet === 'stow' && attempt === 0 ? { outlet: 'stow' } : {}),
  };
  if (open.length === 0) {
    if (before !== undefined && isFinal(before.status)) return answerOf(before, outputS3Uri);
    const complete: BatchRecord = { ...record, ...totalsOf(instances), status: 'completed', endedAt: now };
    await ledger.putBatch(complete);
    return answerOf(complete, outputS3Uri);
  }
  await ledger.putBatch(record);
  await ledger.putInstances(instances);
  await writeShares(ledger, record, instances, 'registered', now);
  return answerOf(record, outputS3Uri);
}

/** One that is here for the first time, or again since this step was not finished, or is to be imported once more. */
function isToBeRegistered({ status, attempt = 0 }: BatchRecord, asked: number): boolean {
  // A new attempt has a new client token; under the old one HealthImaging would answer the job that has ended.
  return status === 'registered' || (isFinal(status) && status !== 'completed' && asked > attempt);
}

/** All instances; those that have arrived keep their outcome. */
function instancesToImport(
  manifest: Manifest,
  recorded: readonly InstanceRecord[],
  now: string,
): readonly InstanceRecord[] {
  const arrived = new Map(
    recorded
      .filter(({ status }) => status === 'imported' || status === 'imported-with-warnings')
      .map((record) => [record.objectKey, record]),
  );
  return instanceRecordsOf(manifest, now).map((instance) => arrived.get(instance.objectKey) ?? instance);
}

function answerOf(record: BatchRecord, outputS3Uri: string): RegisteredBatch {
  const { batchId, status, datastoreId, files, bytes, priority, attempt = 0, outlet = 'import-job' } = record;
  const prepared = partAtWork(record)?.part.copied !== true;
  return {
    batchId,
    status,
    datastoreId,
    outputS3Uri: record.outputS3Uri ?? outputS3Uri,
    files,
    bytes,
    priority,
    attempt,
    outlet,
    prepared,
  };
}

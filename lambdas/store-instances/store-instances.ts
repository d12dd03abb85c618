import { type BatchRecord, type BatchStatus, type InstanceRecord, isFinal } from '../../core/ledger.ts';
import type { Manifest, ManifestInstance } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { firstParts } from '../../core/parts.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openAmong } from '../ledger/open-keys.ts';
import { instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { moveShares, writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import type { SealedBatch } from '../sealed-batch.ts';
import type { StudyNotices } from '../studies/study-notices.ts';
import { findImageSets } from './find-image-sets.ts';
import type { ImageSets } from './image-sets.ts';
import type { InstanceOutlet } from './instance-outlet.ts';
import type { PatienceOptions } from './patience.ts';
import { planRequests } from './plan-requests.ts';
import { sendRequests } from './send-requests.ts';

export interface StoreInstancesOptions extends PatienceOptions {
  readonly store: Pick<ObjectStore, 'get'>;
  readonly ledger: Ledger;
  readonly outlet: InstanceOutlet;
  readonly imageSets: ImageSets;
  readonly notices: StudyNotices;
  readonly onTrouble: (error: unknown) => void;
}

export interface StoredBatch {
  readonly batchId: BatchId;
  /** `importing`: what is left goes by an import job. */
  readonly status: BatchStatus;
  readonly imported: number;
  readonly warned: number;
  /** Image sets that stand beside the primary one of their series. */
  readonly nonPrimary: number;
  /** Instances that go by an import job. */
  readonly left: number;
  /** How many were refused for which Failure Reason. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** How long requests are sent. A batch that takes longer is better off with a job. */
const SENDING_MS = 300_000;

/**
 * Stores the instances of a batch by STOW-RS, and writes the outcome of each to the ledger as soon as it is known. Only
 * what the answer says was stored has arrived. All the rest, for whatever reason, becomes a part that goes by an import
 * job. Running it again stores what has no outcome yet; what was stored and not noted is stored again, as another version
 * of the same image set.
 * @throws PipelineFault TRANSITION_REFUSED, MANIFEST_MISSING, MANIFEST_INVALID; StoreFault
 */
export async function storeInstances(sealed: SealedBatch, options: StoreInstancesOptions): Promise<StoredBatch> {
  const { ledger, store, nowMs } = options;
  const { batchId } = sealed;
  const batch = await ledger.findBatch(batchId);
  if (batch === undefined) throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is not known`);
  if (isFinal(batch.status)) return reportOf(batch, batch.status, []);
  if (batch.outlet !== 'stow') return reportOf(batch, 'importing', []);

  const manifest = await readManifest(store, sealed.manifestKey);
  const untilMs = nowMs() + SENDING_MS;
  await ledger.moveBatch(batchId, 'importing', { updatedAt: nowOf(options) });
  if (batch.status === 'registered') await moveShares(ledger, batch, 'importing', nowOf(options));

  const before = await instancesOf(manifest, options);
  const open = new Set(openAmong(manifest.instances, before, wholeOf(manifest)).map(({ key }) => key));
  const { requests } = planRequests(manifest.instances.filter(({ key }) => open.has(key)));
  const refusals: Record<string, number> = {};
  await sendRequests(requests, untilMs, batch.datastoreId, options, async (request, { stored, refused }) => {
    for (const { failureReason } of refused) refusals[failureReason] = (refusals[failureReason] ?? 0) + 1;
    const warnings = new Map(stored.map((one) => [one.sopInstanceUid, one.warnings]));
    await ledger.putInstances(arrived(request, before, warnings, nowOf(options)));
  });
  return conclude(batch, manifest, refusals, options);
}

/** Writes where stored instances are, and how the batch goes on. */
async function conclude(
  batch: BatchRecord,
  manifest: Manifest,
  refusals: StoredBatch['refusals'],
  options: StoreInstancesOptions,
): Promise<StoredBatch> {
  const { ledger, imageSets, notices, onTrouble } = options;
  const { batchId, datastoreId } = batch;
  const recorded = await instancesOf(manifest, options);
  const unplaced = recorded.filter(({ status, imageSetId }) => status !== 'received' && imageSetId === undefined);
  const placed = await findImageSets(unplaced, datastoreId, imageSets, onTrouble);
  await ledger.putInstances(placed);
  const byKey = new Map(placed.map((instance) => [instance.objectKey, instance]));
  const instances = recorded.map((instance) => byKey.get(instance.objectKey) ?? instance);
  const now = nowOf(options);
  const totals = totalsOf(instances);

  const open = openAmong(manifest.instances, instances, wholeOf(manifest));
  if (open.length > 0) {
    const parts = [...firstParts(open, manifest.instances.length)];
    await ledger.moveBatch(batchId, 'importing', { outlet: null, parts, updatedAt: now });
    return { ...reportOf({ ...batch, ...totals }, 'importing', instances), left: open.length, refusals };
  }
  await writeShares(ledger, batch, instances, 'completed', now, notices);
  await ledger.moveBatch(batchId, 'completed', { ...totals, outlet: null, parts: null, endedAt: now, updatedAt: now });
  return { ...reportOf({ ...batch, ...totals }, 'completed', instances), refusals };
}

/** Every instance of the manifest, as the ledger has it. */
async function instancesOf(manifest: Manifest, options: StoreInstancesOptions): Promise<readonly InstanceRecord[]> {
  const recorded = new Map(
    (await options.ledger.instancesOf(manifest.batchId)).map((record) => [record.objectKey, record]),
  );
  return instanceRecordsOf(manifest, nowOf(options)).map((one) => recorded.get(one.objectKey) ?? one);
}

/** The records of those instances of a request that were stored. */
function arrived(
  request: readonly ManifestInstance[],
  before: readonly InstanceRecord[],
  warnings: ReadonlyMap<string, readonly string[]>,
  updatedAt: string,
): readonly InstanceRecord[] {
  const sent = new Set(request.map(({ key }) => key));
  return before.flatMap((record): InstanceRecord[] => {
    const found = sent.has(record.objectKey) ? warnings.get(record.sopInstanceUid) : undefined;
    if (found === undefined) return [];
    if (found.length === 0) return [{ ...record, status: 'imported', updatedAt }];
    const reason = [...new Set(found)].sort().join(', ');
    return [{ ...record, status: 'imported-with-warnings', reason, updatedAt }];
  });
}

const wholeOf = (manifest: Manifest) => ({ from: 0, to: manifest.instances.length });

const nowOf = ({ nowMs }: PatienceOptions): string => new Date(nowMs()).toISOString();

function reportOf(
  { batchId, imported = 0, warned = 0 }: BatchRecord,
  status: BatchStatus,
  instances: readonly InstanceRecord[],
): StoredBatch {
  const nonPrimary = new Set(instances.filter(({ isPrimary }) => isPrimary === false).map((one) => one.imageSetId));
  return { batchId, status, imported, warned, nonPrimary: nonPrimary.size, left: 0, refusals: {} };
}

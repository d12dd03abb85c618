import type { BatchRecord, BatchStatus, InstanceRecord, StudyShare } from '../../core/ledger.ts';
import { type Manifest, manifestBytes } from '../../core/manifest.ts';

/**
 * How many studies and image sets a record names at most. DynamoDB takes items of 400 KB, and a batch can hold 4,500
 * studies of one image; the instances name them all.
 */
const MAX_NAMED = 1_000;

/** The ledger's record of a batch that has just been registered from its manifest. */
export function batchRecordOf(
  manifest: Manifest,
  placed: {
    readonly bucket: string;
    readonly datastoreId: string;
    readonly outputS3Uri?: string;
    readonly now: string;
  },
): BatchRecord {
  return {
    batchId: manifest.batchId,
    status: 'registered',
    route: manifest.route.name,
    priority: manifest.route.priority,
    datastoreId: placed.datastoreId,
    bucket: placed.bucket,
    owner: manifest.owner,
    files: manifest.instances.length,
    bytes: manifestBytes(manifest),
    openedAt: manifest.openedAt,
    sealedAt: manifest.sealedAt,
    sealReason: manifest.sealReason,
    registeredAt: placed.now,
    updatedAt: placed.now,
    studyInstanceUids: distinct(manifest.instances.map((instance) => instance.studyInstanceUid)),
    ...(manifest.traceparent === undefined ? {} : { traceparent: manifest.traceparent }),
    ...(placed.outputS3Uri === undefined ? {} : { outputS3Uri: placed.outputS3Uri }),
  };
}

/** The ledger's records of the instances of a manifest, none of which has an outcome yet. */
export function instanceRecordsOf(manifest: Manifest, now: string): readonly InstanceRecord[] {
  return manifest.instances.map(({ key, ...instance }) => ({
    ...instance,
    batchId: manifest.batchId,
    objectKey: key,
    status: 'received',
    updatedAt: now,
  }));
}

/** How many instances there are of each outcome, and the image sets they went into. */
export type Totals = Pick<StudyShare, 'imported' | 'warned' | 'failed' | 'unaccounted' | 'imageSetIds'>;

export function totalsOf(instances: readonly InstanceRecord[]): Totals {
  const count = (status: InstanceRecord['status']) => instances.filter((one) => one.status === status).length;
  return {
    imported: count('imported'),
    warned: count('imported-with-warnings'),
    failed: count('failed'),
    unaccounted: count('unaccounted'),
    imageSetIds: imageSetsOf(instances),
  };
}

/** What the instances of one batch contribute to each of their studies. */
export function sharesOf(instances: readonly InstanceRecord[], status: BatchStatus): ReadonlyMap<string, StudyShare> {
  const studies = Map.groupBy(instances, (instance) => instance.studyInstanceUid);
  return new Map(
    [...studies].map(([studyInstanceUid, members]) => [
      studyInstanceUid,
      {
        received: members.length,
        ...totalsOf(members),
        nonPrimaryImageSetIds: imageSetsOf(members.filter((member) => member.isPrimary === false)),
        status,
      },
    ]),
  );
}

const imageSetsOf = (instances: readonly InstanceRecord[]): string[] =>
  distinct(instances.flatMap(({ imageSetId }) => (imageSetId === undefined ? [] : [imageSetId])));

const distinct = (names: readonly string[]): string[] => [...new Set(names)].slice(0, MAX_NAMED);

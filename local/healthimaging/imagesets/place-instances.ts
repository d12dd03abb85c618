import type { ImageSetRecord } from '../state/records.ts';
import { type InstanceIdentity, inConflict, sameKey } from './image-set-key.ts';

export interface PlacementJob {
  readonly jobId: string;
  readonly datastoreId: string;
  readonly nowMs: number;
  readonly newId: () => string;
}

export interface Placement {
  /** The image sets that the job makes or changes, as they are afterwards. */
  readonly imageSets: readonly ImageSetRecord[];
  /** Where each instance went, in the order of the instances. */
  readonly imageSetOf: readonly ImageSetRecord[];
}

/**
 * Decides which image sets a job's instances go into ("Understanding import jobs" of the developer guide).
 * Instances with the same grouping elements go into one image set. That is the primary image set of their series, in a
 * new version, unless it or another series of the study has other grouping elements: then it is a new image set that is
 * not primary. Of several instances with one SOP Instance UID the last counts. An image set that has a version of this
 * very job is left as it is, so that a job that was interrupted can be done again.
 * @param existing the datastore's image sets
 */
export function placeInstances(
  instances: readonly InstanceIdentity[],
  existing: Iterable<ImageSetRecord>,
  job: PlacementJob,
): Placement {
  const studies = new Set(instances.map(({ key }) => key.studyInstanceUid));
  const series = new Set(instances.map(({ key }) => key.seriesInstanceUid));
  const live = [...existing].filter(
    ({ key, deletedAtMs }) =>
      deletedAtMs === undefined && (studies.has(key.studyInstanceUid) || series.has(key.seriesInstanceUid)),
  );
  const primaries = live.filter(({ isPrimary }) => isPrimary);
  const imageSets = groupByKey(instances).map((group) => {
    const own = live.find(
      (set) => sameKey(set.key, group.key) && set.versions.some(({ jobId }) => jobId === job.jobId),
    );
    if (own !== undefined) return own;
    const primary = primaries.find((set) => sameKey(set.key, group.key));
    const isPrimary = primary !== undefined || !primaries.some((set) => inConflict(set.key, group.key));
    const placed = primary === undefined ? newImageSet(group, isPrimary, job) : withVersion(primary, group, job);
    if (placed.isPrimary) primaries.push(placed);
    return placed;
  });
  return {
    imageSets,
    imageSetOf: instances.flatMap(({ key }) => imageSets.find((set) => sameKey(set.key, key)) ?? []),
  };
}

type Group = Pick<ImageSetRecord, 'key' | 'tags'> & { readonly instances: Readonly<Record<string, string>> };

function groupByKey(instances: readonly InstanceIdentity[]): readonly Group[] {
  const groups = new Map<string, { key: Group['key']; tags: Group['tags']; instances: Record<string, string> }>();
  for (const { instanceId, sopInstanceUid, key, tags } of instances) {
    const id = JSON.stringify(Object.values(key));
    const group = groups.get(id) ?? { key, tags, instances: {} };
    group.tags = tags;
    group.instances[sopInstanceUid] = instanceId;
    groups.set(id, group);
  }
  return [...groups.values()];
}

function newImageSet({ key, tags, instances }: Group, isPrimary: boolean, job: PlacementJob): ImageSetRecord {
  const { jobId, datastoreId, nowMs } = job;
  return {
    imageSetId: job.newId(),
    datastoreId,
    isPrimary,
    key,
    tags,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    versions: [{ versionId: 1, jobId, createdAtMs: nowMs, instances }],
  };
}

function withVersion(
  imageSet: ImageSetRecord,
  { tags, instances }: Group,
  { jobId, nowMs }: PlacementJob,
): ImageSetRecord {
  const version = { versionId: imageSet.versions.length + 1, jobId, createdAtMs: nowMs, instances };
  return { ...imageSet, tags, updatedAtMs: nowMs, versions: [...imageSet.versions, version] };
}

import type { ManifestInstance } from '../../core/manifest.ts';

/** What one request takes, far below what HealthImaging allows (1 GB): images are to be there soon, and fit into memory. */
export const requestLimits = {
  instances: 64,
  bytes: 32_000_000,
  /** An instance that is larger than a request may be has one of its own, up to this size. */
  instanceBytes: 100_000_000,
} as const;

export interface PlannedRequests {
  readonly requests: readonly (readonly ManifestInstance[])[];
  /** Instances that are too large, or whose SOP Instance UID another one of the batch has: an answer names UIDs only. */
  readonly left: readonly ManifestInstance[];
}

/** Distributes instances among requests, in their order. */
export function planRequests(instances: readonly ManifestInstance[]): PlannedRequests {
  const requests: ManifestInstance[][] = [];
  const left: ManifestInstance[] = [];
  const uids = new Set<string>();
  let bytes = 0;
  for (const instance of instances) {
    const { sopInstanceUid, bytes: size } = instance;
    if (size > requestLimits.instanceBytes || sopInstanceUid === '' || uids.has(sopInstanceUid)) {
      left.push(instance);
      continue;
    }
    uids.add(sopInstanceUid);
    const last = requests.at(-1);
    if (last !== undefined && last.length < requestLimits.instances && bytes + size <= requestLimits.bytes) {
      last.push(instance);
      bytes += size;
    } else {
      requests.push([instance]);
      bytes = size;
    }
  }
  return { requests, left };
}

import { importJobLimits } from './healthimaging.ts';
import type { Manifest, ManifestInstance } from './manifest.ts';
import { type BatchId, batchIdSchema, keyInBatch } from './object-keys.ts';
import type { ObjectStore } from './object-store.ts';
import { readSeal, seal } from './seal.ts';
import { ulidAfter } from './ulid.ts';

/**
 * Takes instances that the manifest of their batch does not name into batches that follow it, each sealed at once. The
 * ids of those follow from the first, and who has lost one looks whom it names before he tries the next: so each
 * instance comes to be named by exactly one of them, although its owner and sweepers may do this at the same time, and
 * again. What was copied stays where it was as well.
 * @param sealed what the manifests of the rescued take over, and the batch that they come from
 * @returns the batch that has each key now
 */
export async function rescue(
  store: ObjectStore,
  sealed: Manifest,
  strays: readonly ManifestInstance[],
): Promise<ReadonlyMap<string, BatchId>> {
  const homes = new Map<string, BatchId>();
  let rest = strays;
  for (let batchId = following(sealed.batchId); rest.length > 0; batchId = following(batchId)) {
    const { instances } = (await readSeal(store, batchId)) ?? (await takeIn(store, sealed, batchId, rest));
    const named = new Set(instances.map(({ key }) => key));
    for (const { key } of rest) if (named.has(keyInBatch(key, sealed.batchId, batchId))) homes.set(key, batchId);
    rest = rest.filter(({ key }) => !homes.has(key));
  }
  return homes;
}

/** Copies as many as one batch can take, and seals it with them. @returns the manifest that is in force */
async function takeIn(
  store: ObjectStore,
  sealed: Manifest,
  batchId: BatchId,
  strays: readonly ManifestInstance[],
): Promise<Manifest> {
  const instances: ManifestInstance[] = [];
  for (const stray of withinOneJob(strays)) {
    const key = keyInBatch(stray.key, sealed.batchId, batchId);
    await store.copy(stray.key, key);
    instances.push({ ...stray, key });
  }
  const manifest: Manifest = { ...sealed, batchId, instances };
  return (await seal(store, manifest)) ?? manifest;
}

/** The first of them, and those after it that an import job takes beside. */
function withinOneJob(strays: readonly ManifestInstance[]): readonly ManifestInstance[] {
  let bytes = 0;
  const tooMany = strays.findIndex((stray, index) => {
    bytes += stray.bytes;
    return index > 0 && bytes > importJobLimits.maxBytes;
  });
  return tooMany === -1 ? strays : strays.slice(0, tooMany);
}

const following = (batchId: BatchId): BatchId => batchIdSchema.parse(ulidAfter(batchId));

import { type Manifest, manifestSchema } from '../../core/manifest.ts';
import { manifestKey } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';

/**
 * Seals a batch: writes its manifest unless there is one. Exactly one of all who try wins.
 * @returns undefined when the batch is sealed with this manifest, the winner's manifest when somebody else sealed it
 */
export async function seal(store: ObjectStore, manifest: Manifest): Promise<Manifest | undefined> {
  const key = manifestKey(manifest.batchId);
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  if ((await store.putIfAbsent(key, bytes)) === 'created') return undefined;
  const there = await store.get(key);
  if (there === undefined) throw new Error(`${key} exists and cannot be read`);
  // Byte for byte the same: an earlier try of ours whose answer was lost.
  return Buffer.compare(there, bytes) === 0
    ? undefined
    : manifestSchema.parse(JSON.parse(new TextDecoder().decode(there)));
}

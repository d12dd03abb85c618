import { type Manifest, manifestSchema } from './manifest.ts';
import { type BatchId, manifestKey } from './object-keys.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * Seals a batch: writes its manifest unless there is one. Exactly one of all who try wins.
 * @returns undefined when the batch is sealed with this manifest, the winner's manifest when somebody else sealed it
 */
export async function seal(store: ObjectStore, manifest: Manifest): Promise<Manifest | undefined> {
  const text = JSON.stringify(manifest);
  const outcome = await store.putIfAbsent(manifestKey(manifest.batchId), new TextEncoder().encode(text));
  if (outcome === 'created') return undefined;
  const there = await readText(store, manifest.batchId);
  if (there === undefined) throw new Error(`${manifestKey(manifest.batchId)} exists and cannot be read`);
  // The same text: an earlier try of ours whose answer was lost.
  return there === text ? undefined : manifestSchema.parse(JSON.parse(there));
}

/** The manifest of a batch, or undefined while it is not sealed. */
export async function readSeal(store: ObjectStore, batchId: BatchId): Promise<Manifest | undefined> {
  const text = await readText(store, batchId);
  return text === undefined ? undefined : manifestSchema.parse(JSON.parse(text));
}

async function readText(store: ObjectStore, batchId: BatchId): Promise<string | undefined> {
  const bytes = await store.get(manifestKey(batchId));
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

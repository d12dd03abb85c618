import { crc32 } from 'node:zlib';
import { manifestSchema } from '../../core/manifest.ts';
import { type BatchId, batchIdSchema, batchPrefix, keyInBatch, manifestPrefix } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { ulidAfter } from '../../core/ulid.ts';
import { eachOf } from '../../lambdas/each-of.ts';
import type { Acknowledged } from './load.ts';

const READS_AT_ONCE = 16;

export interface Audit {
  readonly manifests: number;
  /** Instances that manifests name. */
  readonly named: number;
  /** Broken promises, in sentences. */
  readonly problems: readonly string[];
}

/**
 * Holds what was acknowledged against what lies in the store, by reading it: every acknowledged instance is named by
 * exactly one manifest, and every object that a manifest names is there with the bytes it states and, where it was
 * acknowledged, with those that were sent. In a batch that is sealed lies nothing else, but for the originals of what
 * was rescued out of it.
 * @param isSentAgain senders repeat what they had no answer for, so that an instance may be in several manifests
 */
export async function audit(
  store: ObjectStore,
  acknowledged: ReadonlyMap<string, Acknowledged>,
  isSentAgain = false,
): Promise<Audit> {
  const problems: string[] = [];
  const named = new Map<string, number>();
  const sealed = new Set<BatchId>();
  const keys = new Set<string>();
  let manifests = 0;
  for await (const { key: manifestKey } of store.list(manifestPrefix)) {
    const text = new TextDecoder().decode(await store.get(manifestKey));
    const { batchId, instances } = manifestSchema.parse(JSON.parse(text));
    manifests += 1;
    sealed.add(batchId);
    await eachOf(instances, READS_AT_ONCE, async (instance) => {
      keys.add(instance.key);
      named.set(instance.sopInstanceUid, (named.get(instance.sopInstanceUid) ?? 0) + 1);
      const object = await store.get(instance.key);
      const sent = acknowledged.get(instance.sopInstanceUid);
      if (object === undefined) problems.push(`${manifestKey} names ${instance.key}, which is not there`);
      else if (object.length !== instance.bytes || crc32(object) !== Number.parseInt(instance.crc32, 16)) {
        problems.push(`${instance.key} has other bytes than ${manifestKey} says`);
      } else if (sent !== undefined && crc32(object.subarray(-sent.bytes)) !== sent.crc32) {
        problems.push(`${instance.key} has other bytes than were sent`);
      }
    });
  }
  const following = (id: BatchId): BatchId => batchIdSchema.parse(ulidAfter(id));
  // Batch by batch: a store that is a folder reads all of it for every page of a listing.
  for (const batchId of sealed) {
    for await (const { key } of store.list(batchPrefix(batchId))) {
      let home = batchId;
      while (sealed.has(home) && !keys.has(keyInBatch(key, batchId, home))) home = following(home);
      if (!sealed.has(home)) problems.push(`${key} lies in a sealed batch whose manifest does not name it`);
    }
  }
  for (const sopInstanceUid of acknowledged.keys()) {
    const times = named.get(sopInstanceUid) ?? 0;
    if (times !== 1 && !(isSentAgain && times > 1)) {
      problems.push(`${sopInstanceUid} was acknowledged and is in ${times} manifests`);
    }
  }
  return { manifests, named: [...named.values()].reduce((sum, times) => sum + times, 0), problems };
}

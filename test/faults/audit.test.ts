import { beforeEach, describe, expect, it } from 'vitest';
import type { ManifestInstance } from '../../core/manifest.ts';
import { type BatchId, batchIdSchema, instanceKey, keyInBatch } from '../../core/object-keys.ts';
import { rescue } from '../../core/rescue.ts';
import { seal } from '../../core/seal.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { sampleBatchId, sampleMetadata } from '../support/sample-metadata.ts';
import { trialManifest } from '../support/sealed-batches.ts';
import { audit } from './audit.ts';

const batchId: BatchId = batchIdSchema.parse(sampleBatchId(1));
const nothing = new Map();

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore({ nowMs: () => 0 });
});

async function stored(n: number): Promise<ManifestInstance> {
  const metadata = sampleMetadata(n);
  const key = instanceKey(batchId, metadata.seriesInstanceUid, metadata.sopInstanceUid);
  const writer = store.create(key, metadata);
  writer.write(Buffer.from(`instance ${n}`));
  await writer.commit();
  return { key, ...writer.digest(), ...metadata };
}

describe('the audit', () => {
  it('finds nothing wrong with a batch that is as its manifest says', async () => {
    await seal(store, trialManifest(batchId, [await stored(1), await stored(2)]));
    expect(await audit(store, nothing)).toEqual({ manifests: 1, named: 2, problems: [] });
  });

  it('finds what a manifest names and is not there', async () => {
    const lost = await stored(1);
    await seal(store, trialManifest(batchId, [lost]));
    await store.delete(lost.key);
    expect((await audit(store, nothing)).problems).toEqual([expect.stringContaining('which is not there')]);
  });

  it('finds what lies in a sealed batch and is not named', async () => {
    await seal(store, trialManifest(batchId, [await stored(1)]));
    const { key } = await stored(2);
    expect((await audit(store, nothing)).problems).toEqual([expect.stringContaining(`${key} lies in a sealed batch`)]);
  });

  it('takes the original of what was rescued for what it is', async () => {
    const manifest = trialManifest(batchId, [await stored(1)]);
    await seal(store, manifest);
    const stray = await stored(2);
    const [home] = (await rescue(store, manifest, [stray])).values();
    expect(store.objects.has(keyInBatch(stray.key, batchId, home ?? batchId))).toBe(true);
    expect((await audit(store, nothing)).problems).toEqual([]);
  });
});

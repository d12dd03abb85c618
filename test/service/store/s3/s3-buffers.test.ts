import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectWriter } from '../../../../core/object-store.ts';
import type { S3Store } from '../../../../service/store/s3/s3-store.ts';
import { SlabPool } from '../../../../service/store/slabs/slab-pool.ts';
import { crc32Of } from '../object-store-contract.ts';
import { MIB, metadata, pattern, S3Rig } from './s3-rig.ts';

const BUDGET_BYTES = 32 * MIB;
const CHUNK_BYTES = 65_536;

let rig: S3Rig;
let pool: SlabPool;
let store: S3Store;
beforeAll(async () => {
  rig = await S3Rig.start();
});
afterAll(() => rig.s3.close());
beforeEach(() => {
  pool = new SlabPool({ budgetBytes: BUDGET_BYTES, progressBytes: 5 * MIB });
  store = rig.s3.storeWith({ pool });
});
afterEach(() => {
  rig.s3.disturb(() => undefined);
  expect(pool.usedBytes).toBe(0);
  expect(pool.waiting).toBe(0);
});

async function send(writer: ObjectWriter, bytes: Uint8Array): Promise<number> {
  let peakBytes = 0;
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    await writer.write(bytes.subarray(at, at + CHUNK_BYTES));
    peakBytes = Math.max(peakBytes, pool.usedBytes);
  }
  return peakBytes;
}

describe('the buffers of all objects', () => {
  it('stay within their budget, and every object comes through whole', async () => {
    const bytes = pattern(9 * MIB);
    const keys = Array.from({ length: 12 }, () => rig.newKey());
    const peaks = await Promise.all(
      keys.map(async (key) => {
        const writer = store.create(key, metadata);
        const peakBytes = await send(writer, bytes);
        await writer.commit();
        return peakBytes;
      }),
    );
    expect(Math.max(...peaks)).toBeLessThanOrEqual(BUDGET_BYTES);
    // Twelve times 9 MiB do not fit, so the budget was felt.
    expect(Math.max(...peaks)).toBeGreaterThan(BUDGET_BYTES / 2);
    for (const key of keys) expect(await store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes) });
  });

  it('are given back by what fails and by what is discarded, also by one that waits', async () => {
    rig.disturb('UploadPart', { kind: 'error', code: 'AccessDenied', when: 'before' });
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const writer = store.create(rig.newKey(), metadata);
        if (index % 2 === 0) {
          await send(writer, pattern(12 * MIB));
          await writer.commit().catch(() => undefined);
        } else void send(writer, pattern(12 * MIB));
        await writer.discard();
      }),
    );
  });
});

describe('the buffers of one object', () => {
  it('are at most the single put, or the parts in flight and one', async () => {
    const wide = new SlabPool({ budgetBytes: 256 * MIB, progressBytes: 5 * MIB });
    const own = rig.s3.storeWith({ pool: wide }).create(rig.newKey(), metadata);
    let peakBytes = 0;
    for (let at = 0; at < 64 * MIB; at += CHUNK_BYTES) {
      await own.write(pattern(CHUNK_BYTES));
      peakBytes = Math.max(peakBytes, wide.usedBytes);
    }
    expect(peakBytes).toBeLessThanOrEqual(3 * 8 * MIB);
    await own.commit();
    expect(wide.usedBytes).toBe(0);
  });

  it('are held no longer than it is while others wait: part and threshold are the least that S3 takes', async () => {
    const holders = Array.from({ length: 4 }, () => store.create(rig.newKey(), metadata));
    await Promise.all(holders.map((holder) => send(holder, pattern(4 * MIB))));
    expect(pool.isPressed).toBe(true);
    rig.disturb();
    const writer = store.create(rig.newKey(), metadata);
    await send(writer, pattern(6 * MIB));
    await writer.commit();
    expect(rig.operations()).toContain('CompleteMultipartUpload');
    await Promise.all(holders.map((holder) => holder.discard()));
  });
});

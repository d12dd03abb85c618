import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchIdSchema, instanceKey, leaseKey, manifestKey } from '../../../core/object-keys.ts';
import type { ObjectMetadata, ObjectStore, ObjectSummary } from '../../../core/object-store.ts';
import { encodeFileMeta } from '../../../service/dicom/part10/file-meta.ts';
import { RunningDigest } from '../../../service/store/running-digest.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleBatchId, sampleMetadata } from '../../support/sample-metadata.ts';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  readonly close: () => Promise<void>;
}

const batchId = batchIdSchema.parse(sampleBatchId(1));
const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

/** A whole Part 10 file: a store that keeps no metadata reads it from there. */
export function samplePart10(metadata: ObjectMetadata, pixels?: Uint8Array): Buffer {
  const fileMeta = encodeFileMeta({
    mediaStorageSopClassUid: metadata.sopClassUid,
    mediaStorageSopInstanceUid: metadata.sopInstanceUid,
    transferSyntaxUid: metadata.transferSyntaxUid,
    implementationClassUid: '2.25.1',
    implementationVersionName: 'TEST',
    sourceApplicationEntityTitle: metadata.callingAeTitle,
    receivingApplicationEntityTitle: 'SCP',
  });
  return Buffer.concat([fileMeta, sampleDataSet(metadata, pixels === undefined ? {} : { pixels })]);
}

export const crc32Of = (bytes: Uint8Array): string => {
  const digest = new RunningDigest();
  digest.update(bytes);
  return digest.get().crc32;
};

async function listed(store: ObjectStore, prefix: string): Promise<readonly ObjectSummary[]> {
  const found: ObjectSummary[] = [];
  for await (const summary of store.list(prefix)) found.push(summary);
  return found;
}
const listedKeys = async (store: ObjectStore, prefix: string) => (await listed(store, prefix)).map(({ key }) => key);

/** What every object store promises. */
export function describeObjectStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an object store`, () => {
    let store: ObjectStore;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close());
    beforeEach(async () => {
      for (const key of await listedKeys(store, '')) await store.delete(key);
    });

    describe('create', () => {
      const metadata = sampleMetadata(1);
      const key = instanceKey(batchId, metadata.seriesInstanceUid, metadata.sopInstanceUid);

      it('shows an object whole and described, and only once it is committed', async () => {
        const bytes = samplePart10(metadata);
        const writer = store.create(key, metadata);
        await writer.write(Uint8Array.from(bytes));
        expect(await store.get(key)).toBeUndefined();
        expect(await store.head(key)).toBeUndefined();
        expect(await listedKeys(store, '')).toEqual([]);

        await writer.commit();
        expect(writer.digest()).toEqual({ bytes: bytes.length, crc32: crc32Of(bytes) });
        expect(Buffer.from((await store.get(key)) ?? []).equals(bytes)).toBe(true);
        const { receivedAt: _, ...described } = metadata;
        expect(await store.head(key)).toMatchObject({ key, ...writer.digest(), metadata: described });
        expect(await listed(store, '')).toMatchObject([{ key, bytes: bytes.length }]);
      });

      it('gives back the same bytes in whatever pieces they came', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 12 }), async (pieces) => {
            await store.delete(key);
            const writer = store.create(key, metadata);
            for (const piece of pieces) await writer.write(Uint8Array.from(piece));
            await writer.commit();
            expect(Buffer.from((await store.get(key)) ?? [1]).equals(Buffer.concat(pieces))).toBe(true);
          }),
          { numRuns: 15 },
        );
      });

      it('needs the memory of a piece no longer than it holds the sender', async () => {
        const bytes = samplePart10(metadata, new Uint8Array(300_000).fill(7));
        const writer = store.create(key, metadata);
        for (let at = 0; at < bytes.length; at += 65_536) {
          // As a socket reads it: a Buffer, whose slice is no copy.
          const memory = new ArrayBuffer(Math.min(65_536, bytes.length - at));
          const piece = Buffer.from(memory);
          piece.set(bytes.subarray(at, at + memory.byteLength));
          await writer.write(piece);
          memory.transfer(0);
        }
        await writer.commit();
        expect(Buffer.from((await store.get(key)) ?? []).equals(bytes)).toBe(true);
      });

      it('takes an object without a byte', async () => {
        const writer = store.create(key, metadata);
        await writer.commit();
        expect(await store.head(key)).toMatchObject({ bytes: 0, crc32: '00000000' });
      });

      it.each(['nothing was', 'something was'])(
        'leaves nothing behind when it is discarded after %s written',
        async (how) => {
          const writer = store.create(key, metadata);
          if (how === 'something was') await writer.write(bytesOf('something'));
          await writer.discard();
          expect(await listedKeys(store, '')).toEqual([]);
        },
      );

      it('stays when it is discarded after it was committed: a manifest may name it by then', async () => {
        const writer = store.create(key, metadata);
        await writer.write(bytesOf('something'));
        await writer.commit();
        await writer.discard();
        expect(writer.mayAppearForMs()).toBeGreaterThanOrEqual(0);
        expect(await listedKeys(store, '')).toEqual([key]);
      });

      it('takes many at a time into new and known folders', async () => {
        const numbers = Array.from({ length: 40 }, (_, n) => n);
        await Promise.all(
          numbers.map(async (n) => {
            const writer = store.create(instanceKey(batchId, `1.${n % 5}`, `1.2.${n}`), sampleMetadata(n));
            await writer.write(bytesOf(`content ${n}`));
            await writer.commit();
          }),
        );
        for (const n of numbers)
          expect(text(await store.get(instanceKey(batchId, `1.${n % 5}`, `1.2.${n}`)))).toBe(`content ${n}`);
      });

      it.each(['', '..', 'a/b', 'é\0', '1.2~1', '1'.repeat(300)])(
        'takes the key of an instance with the UID %j',
        async (uid) => {
          const odd = instanceKey(batchId, uid, uid, 3);
          const writer = store.create(odd, metadata);
          await writer.write(bytesOf('odd'));
          await writer.commit();
          expect(await listedKeys(store, '')).toEqual([odd]);
          await store.copy(odd, 'batches/copy');
          expect(text(await store.get('batches/copy'))).toBe('odd');
        },
      );
    });

    describe('put', () => {
      it('writes over what was there', async () => {
        await store.put(leaseKey(batchId), bytesOf('longer than the next'));
        await store.put(leaseKey(batchId), bytesOf('next'));
        expect(text(await store.get(leaseKey(batchId)))).toBe('next');
      });

      it('is told by the store when it was last done', async () => {
        await store.put(leaseKey(batchId), bytesOf('lease'));
        const info = await store.head(leaseKey(batchId));
        expect(info?.metadata).toBeUndefined();
        // S3 tells whole seconds.
        expect((info?.modifiedAtMs ?? Number.NaN) - (info?.storeNowMs ?? Number.NaN)).toBeLessThanOrEqual(1_000);
      });
    });

    describe('putIfAbsent', () => {
      it('lets exactly one of a hundred win, whole', async () => {
        const key = manifestKey(batchId);
        const contents = Array.from({ length: 100 }, (_, n) => `manifest ${n} `.repeat(n + 1));
        const outcomes = await Promise.all(contents.map((content) => store.putIfAbsent(key, bytesOf(content))));
        const winner = outcomes.indexOf('created');
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
        expect(text(await store.get(key))).toBe(contents[winner]);
        expect(await store.putIfAbsent(key, bytesOf('late'))).toBe('exists');
        expect(text(await store.get(key))).toBe(contents[winner]);
      });

      it('can win again once the object is gone', async () => {
        await store.putIfAbsent(manifestKey(batchId), bytesOf('a'));
        await store.delete(manifestKey(batchId));
        expect(await store.putIfAbsent(manifestKey(batchId), bytesOf('b'))).toBe('created');
      });
    });

    describe('get and head', () => {
      it('are undefined when there is nothing', async () => {
        expect(await store.get('open/none.json')).toBeUndefined();
        expect(await store.head('open/none.json')).toBeUndefined();
        expect(await store.get('no/such/folder/at/all')).toBeUndefined();
      });
    });

    describe('list', () => {
      it('gives every object below a prefix in key order', async () => {
        const keys = ['a/10', 'a/2', 'a/b/c/d', 'a/b/x', 'a.b', 'ab', 'b/a', 'a/b-c', 'a/~'];
        for (const key of keys) await store.put(key, bytesOf(key));
        expect(await listedKeys(store, '')).toEqual(keys.toSorted());
        expect(await listedKeys(store, 'a/')).toEqual(['a/10', 'a/2', 'a/b-c', 'a/b/c/d', 'a/b/x', 'a/~']);
        expect(await listedKeys(store, 'a/b')).toEqual(['a/b-c', 'a/b/c/d', 'a/b/x']);
        expect(await listedKeys(store, 'a/b/c/d')).toEqual(['a/b/c/d']);
        expect(await listedKeys(store, 'c')).toEqual([]);
        expect(await listedKeys(store, 'no/such/')).toEqual([]);
        for (const { key, bytes } of await listed(store, '')) expect(bytes).toBe(key.length);
      });
    });

    describe('copy', () => {
      it('keeps bytes and description, and the original', async () => {
        const metadata = sampleMetadata(5, { callingAeTitle: 'CT 1%' });
        const writer = store.create('batches/a/1.dcm', metadata);
        await writer.write(samplePart10(metadata));
        await writer.commit();
        await store.copy('batches/a/1.dcm', 'batches/b/c/2.dcm');
        const [from, to] = [await store.head('batches/a/1.dcm'), await store.head('batches/b/c/2.dcm')];
        expect(to).toMatchObject({ bytes: from?.bytes, crc32: from?.crc32 });
        expect(to?.metadata).toMatchObject({ sopInstanceUid: metadata.sopInstanceUid, callingAeTitle: 'CT 1%' });
        expect(await listedKeys(store, '')).toEqual(['batches/a/1.dcm', 'batches/b/c/2.dcm']);
      });

      it('is a fault of the store when there is nothing to copy', async () => {
        await expect(store.copy('batches/none', 'batches/to')).rejects.toMatchObject({ name: 'StoreFault' });
        expect(await listedKeys(store, '')).toEqual([]);
      });
    });

    describe('delete', () => {
      it('removes one object, and does nothing when there is none', async () => {
        await store.put('a/1', bytesOf('1'));
        await store.put('a/2', bytesOf('2'));
        await store.delete('a/1');
        await store.delete('a/1');
        await store.delete('no/such');
        expect(await listedKeys(store, '')).toEqual(['a/2']);
      });
    });

    it('takes objects now', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

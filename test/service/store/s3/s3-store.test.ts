import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SdkTransport } from '../../../../service/store/s3/sdk-transport.ts';
import { expiringRequestsOf } from '../../../support/expiring-requests-of.ts';
import { peakWhileWriting } from '../../../support/flat-memory.ts';
import { startS3UnderTest } from '../../../support/s3-under-test.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';
import { crc32Of, describeObjectStore } from '../object-store-contract.ts';
import { MIB, metadata, multipart, PART_BYTES, pattern, S3Rig } from './s3-rig.ts';

describeObjectStore('S3Store', async () => {
  const s3 = await startS3UnderTest();
  return { store: s3.store, close: s3.close };
});
describeObjectStore('S3Store by the SDK, with a prefix', async () => {
  const s3 = await startS3UnderTest();
  const transport = new SdkTransport(expiringRequestsOf(s3.client));
  return { store: s3.storeWith({ keyPrefix: 'site/a/', transport }), close: s3.close };
});

let rig: S3Rig;
beforeAll(async () => {
  rig = await S3Rig.start();
});
afterAll(() => rig.s3.close());
afterEach(() => rig.s3.disturb(() => undefined));

describe('the requests of an object', () => {
  it('are one PutObject up to the limit', async () => {
    rig.disturb();
    await (await rig.store(rig.newKey(), pattern(PART_BYTES))).committed;
    expect(rig.operations()).toEqual(['PutObject']);
  });

  it('are a multipart upload beyond it, with one checksum of the whole', async () => {
    rig.disturb();
    const key = rig.newKey();
    const bytes = pattern(2 * PART_BYTES + 1);
    await (await rig.store(key, bytes)).committed;
    expect(rig.operations().toSorted()).toEqual([
      'CompleteMultipartUpload',
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
    ]);
    expect(await rig.s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes), metadata });
    expect(Buffer.from((await rig.s3.store.get(key)) ?? []).equals(bytes)).toBe(true);
    const { ContentType } = await rig.s3.client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: key }));
    expect(ContentType).toBe('application/dicom');
  });

  it('are as expected when the parts fill exactly', async () => {
    rig.disturb();
    const key = rig.newKey();
    const bytes = pattern(2 * PART_BYTES);
    await (await rig.store(key, bytes)).committed;
    expect(rig.operations().filter((operation) => operation === 'UploadPart')).toHaveLength(2);
    expect(await rig.s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes) });
  });

  it('begin with PutObject up to 16 MiB unless told otherwise', async () => {
    rig.disturb();
    const writer = rig.s3.store.create(rig.newKey(), metadata);
    await writer.write(pattern(16 * MIB));
    expect(rig.operations()).toEqual([]);
    await writer.commit();
    expect(rig.operations()).toEqual(['PutObject']);
  });
});

describe('metadata', () => {
  it.each(['', ' leading', 'trailing ', '100%', 'A=B;C,D', 'CTÉ', '"', '\u0001', '%41'])(
    'comes back with the AE title %j',
    async (callingAeTitle) => {
      const key = rig.newKey();
      const odd = sampleMetadata(1, { callingAeTitle, studyInstanceUid: '' });
      const writer = rig.s3.store.create(key, odd);
      await writer.write(pattern(10));
      await writer.commit();
      expect((await rig.s3.store.head(key))?.metadata).toEqual(odd);
    },
  );
});

describe('the clock of the store', () => {
  it('is the one of S3 and not of this machine', async () => {
    const key = rig.newKey();
    const store = rig.s3.storeWith({ nowMs: () => 0 });
    await store.put(key, pattern(1));
    const info = await store.head(key);
    expect(info?.storeNowMs).toBeGreaterThanOrEqual(info?.modifiedAtMs ?? Number.NaN);
  });
});

describe('a key that is taken', () => {
  it.each([1_000, 2 * PART_BYTES])('keeps its object, whoever brings another of %i bytes', async (bytes) => {
    const key = rig.newKey();
    await rig.s3.store.put(key, pattern(3));
    const { writer, committed } = await rig.store(key, pattern(bytes));
    await expect(committed).rejects.toMatchObject({ name: 'StoreFault' });
    await writer.discard();
    expect(await rig.s3.store.head(key)).toMatchObject({ bytes: 3 });
    expect(await rig.unfinishedUploads(key)).toBe(0);
  });
});

describe('an object that is discarded', () => {
  it('leaves no unfinished upload, also while parts are under way', async () => {
    for (const waits of [true, false]) {
      const key = rig.newKey();
      rig.disturb();
      const writer = rig.s3.storeWith({ multipart }).create(key, metadata);
      for (let part = 0; part < 4; part++) {
        const wait = writer.write(pattern(PART_BYTES));
        if (waits) await wait;
      }
      await writer.discard();
      expect(rig.operations()).toContain('AbortMultipartUpload');
      expect(await rig.s3.store.head(key)).toBeUndefined();
      expect(await rig.unfinishedUploads(key)).toBe(0);
    }
  });

  it('asks nothing of S3 when nothing was sent', async () => {
    rig.disturb();
    const writer = rig.s3.store.create(rig.newKey(), metadata);
    await writer.write(pattern(1_000));
    await writer.discard();
    expect(rig.operations()).toEqual([]);
  });

  it('never rejects', async () => {
    const writer = rig.s3.storeWith({ multipart }, { maxAttempts: 1 }).create(rig.newKey(), metadata);
    for (let part = 0; part < 3; part++) await writer.write(pattern(PART_BYTES));
    rig.s3.disturb(() => ({ kind: 'error', code: 'AccessDenied', when: 'before' }));
    await expect(writer.commit()).rejects.toMatchObject({ code: 'STORE_DENIED' });
    await expect(writer.discard()).resolves.toBeUndefined();
  });
});

describe('a large object', () => {
  it('costs the same memory as a small one', async () => {
    const key = rig.newKey();
    const writer = rig.s3.storeWith({ multipart }).create(key, metadata);
    // Parts in flight, the parts being filled, and what the sockets hold.
    expect(await peakWhileWriting(writer, 96)).toBeLessThan(10 * (PART_BYTES / MIB));
    await writer.commit();
    expect(await rig.s3.store.head(key)).toMatchObject({ ...writer.digest() });
  });
});

describe('list', () => {
  it('goes on beyond one page', async () => {
    const names = Array.from({ length: 1_050 }, (_, n) => `many/${String(n).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(names.slice(at, at + 50).map((name) => rig.s3.store.put(name, pattern(1))));
    }
    const found: string[] = [];
    for await (const { key } of rig.s3.store.list('many/')) found.push(key);
    expect(found).toEqual(names);
  });
});

describe('copy', () => {
  it('takes a large object in parts, with its description and the checksum of the whole', async () => {
    const [from, to] = [rig.newKey(), rig.newKey()];
    const bytes = pattern(2 * PART_BYTES + 5);
    await (await rig.store(from, bytes)).committed;
    rig.disturb();
    await rig.s3.storeWith({ multipart: { ...multipart, copyPartBytes: PART_BYTES } }).copy(from, to);
    expect(rig.operations().filter((operation) => operation === 'UploadPartCopy')).toHaveLength(3);
    expect(await rig.s3.store.head(to)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes), metadata });
  });
});

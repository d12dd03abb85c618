import { HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultSubject } from '../../../../local/s3/fault.ts';
import type { OperationName } from '../../../../local/s3/operation.ts';
import { peakWhileWriting } from '../../../support/flat-memory.ts';
import { type S3UnderTest, startS3UnderTest } from '../../../support/s3-under-test.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';
import { crc32Of, describeObjectStore } from '../object-store-contract.ts';

const MIB = 1024 * 1024;
/** The least that S3 takes as a part. */
const PART_BYTES = 5 * MIB;
const multipart = { singlePutBytes: PART_BYTES, partBytes: PART_BYTES };
const metadata = sampleMetadata(1);

for (const keyPrefix of ['', 'site/a/']) {
  describeObjectStore(`S3Store with the prefix '${keyPrefix}'`, async () => {
    const s3 = await startS3UnderTest();
    return { store: s3.storeWith({ keyPrefix }), close: s3.close };
  });
}

let s3: S3UnderTest;
let requests: FaultSubject[];
beforeAll(async () => {
  s3 = await startS3UnderTest();
});
afterAll(() => s3.close());
afterEach(() => s3.disturb(() => undefined));

/** Notes what is asked of S3, and lets `fault` happen to the operation. */
function disturb(operation?: OperationName, fault?: Fault, attempts = Number.POSITIVE_INFINITY): void {
  requests = [];
  s3.disturb((subject) => {
    requests.push(subject);
    return subject.operation === operation && requests.filter((one) => one.operation === operation).length <= attempts
      ? fault
      : undefined;
  });
}
const operations = () => requests.map(({ operation }) => operation);

const pattern = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => at * 31 + (at >> 13));

async function unfinishedUploads(): Promise<number> {
  const { Uploads } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }));
  return Uploads?.length ?? 0;
}

let keys = 0;
const newKey = () => `batches/key-${++keys}`;

/** Writes an object in pieces that fit no part, and commits it. */
async function store(key: string, bytes: Uint8Array, options: Parameters<S3UnderTest['storeWith']>[0] = {}) {
  const writer = s3.storeWith({ multipart, ...options }).create(key, metadata);
  for (let offset = 0; offset < bytes.length; offset += 700_001) {
    await writer.write(Uint8Array.from(bytes.subarray(offset, offset + 700_001)));
  }
  return { writer, committed: writer.commit() };
}

describe('the requests of an object', () => {
  it('are one PutObject up to the limit', async () => {
    disturb();
    await (await store(newKey(), pattern(PART_BYTES))).committed;
    expect(operations()).toEqual(['PutObject']);
  });

  it('are a multipart upload beyond it, with one checksum of the whole', async () => {
    disturb();
    const key = newKey();
    const bytes = pattern(2 * PART_BYTES + 1);
    await (await store(key, bytes)).committed;
    expect(operations().toSorted()).toEqual([
      'CompleteMultipartUpload',
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
    ]);
    expect(await s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes), metadata });
    expect(Buffer.from((await s3.store.get(key)) ?? []).equals(bytes)).toBe(true);
    const { ContentType } = await s3.client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: key }));
    expect(ContentType).toBe('application/dicom');
  });

  it('are as expected when the parts fill exactly', async () => {
    disturb();
    const key = newKey();
    const bytes = pattern(2 * PART_BYTES);
    await (await store(key, bytes)).committed;
    expect(operations().filter((operation) => operation === 'UploadPart')).toHaveLength(2);
    expect(await s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes) });
  });

  it('begin with PutObject up to 16 MiB unless told otherwise', async () => {
    disturb();
    const writer = s3.store.create(newKey(), metadata);
    await writer.write(pattern(16 * MIB));
    expect(operations()).toEqual([]);
    await writer.commit();
    expect(operations()).toEqual(['PutObject']);
  });
});

describe('metadata', () => {
  it.each(['', ' leading', 'trailing ', '100%', 'A=B;C,D', 'CTÉ', '"', '\u0001', '%41'])(
    'comes back with the AE title %j',
    async (callingAeTitle) => {
      const key = newKey();
      const odd = sampleMetadata(1, { callingAeTitle, studyInstanceUid: '' });
      const writer = s3.store.create(key, odd);
      await writer.write(pattern(10));
      await writer.commit();
      expect((await s3.store.head(key))?.metadata).toEqual(odd);
    },
  );
});

describe('the clock of the store', () => {
  it('is the one of S3 and not of this machine', async () => {
    const key = newKey();
    const store = s3.storeWith({ nowMs: () => 0 });
    await store.put(key, pattern(1));
    const info = await store.head(key);
    expect(info?.storeNowMs).toBeGreaterThanOrEqual(info?.modifiedAtMs ?? Number.NaN);
  });
});

describe('a fault that passes', () => {
  it.each<[OperationName, Fault]>([
    ['PutObject', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['PutObject', { kind: 'error', code: 'ServiceUnavailable', when: 'before' }],
    ['PutObject', { kind: 'error', code: 'InternalError', when: 'after' }],
    ['PutObject', { kind: 'lose-answer' }],
    ['PutObject', { kind: 'reset-request', afterBytes: 10 }],
  ])('is tried again within the deadline: %s %j', async (operation, fault) => {
    const key = newKey();
    disturb(operation, fault, 1);
    const bytes = pattern(1_000);
    await (await store(key, bytes)).committed;
    expect(operations()).toEqual(['PutObject', 'PutObject']);
    expect(await s3.store.head(key)).toMatchObject({ crc32: crc32Of(bytes), metadata });
  });

  it.each<[OperationName, Fault]>([
    ['CreateMultipartUpload', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['UploadPart', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['UploadPart', { kind: 'lose-answer' }],
    ['CompleteMultipartUpload', { kind: 'error', code: 'ServiceUnavailable', when: 'before' }],
    ['CompleteMultipartUpload', { kind: 'error-in-200', code: 'InternalError' }],
  ])('is tried again in a multipart upload: %s %j', async (operation, fault) => {
    const key = newKey();
    disturb(operation, fault, 1);
    const bytes = pattern(2 * PART_BYTES + 7);
    await (await store(key, bytes)).committed;
    expect(await s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes) });
  });

  it('makes a conditional write look lost to its own winner, who can tell by the bytes', async () => {
    const key = newKey();
    disturb('PutObject', { kind: 'lose-answer' }, 1);
    expect(await s3.store.putIfAbsent(key, pattern(3))).toBe('exists');
    expect(Buffer.from((await s3.store.get(key)) ?? []).equals(pattern(3))).toBe(true);
  });
});

describe('a fault that stays', () => {
  const once = { maxAttempts: 1 };

  it.each<[Fault, string, boolean]>([
    [{ kind: 'error', code: 'SlowDown', when: 'before' }, 'STORE_UNAVAILABLE', true],
    [{ kind: 'error', code: 'InternalError', when: 'before' }, 'STORE_UNAVAILABLE', true],
    [{ kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED', false],
    [{ kind: 'error', code: 'BadDigest', when: 'before' }, 'STORE_CORRUPT', true],
    [{ kind: 'error', code: 'NoSuchBucket', when: 'before' }, 'STORE_UNAVAILABLE', true],
    [{ kind: 'lose-answer' }, 'STORE_TIMEOUT', true],
    [{ kind: 'reset-request', afterBytes: 0 }, 'STORE_TIMEOUT', true],
    [{ kind: 'stall-request', afterBytes: 0 }, 'STORE_TIMEOUT', true],
    [{ kind: 'delay', delayMs: 60_000 }, 'STORE_TIMEOUT', true],
  ])('ends the commit of a small object, and leaves nothing: %j', async (fault, code, retryable) => {
    const key = newKey();
    const target = s3.storeWith({ deadlineMs: 500 }, once);
    disturb('PutObject', fault);
    const writer = target.create(key, metadata);
    await writer.write(pattern(1_000));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code, retryable, status: 0xa700 });
    await writer.discard();
    expect(await s3.store.head(key)).toBeUndefined();
  });

  it.each<[OperationName, Fault, string]>([
    ['CreateMultipartUpload', { kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED'],
    ['UploadPart', { kind: 'error', code: 'SlowDown', when: 'before' }, 'STORE_UNAVAILABLE'],
    ['UploadPart', { kind: 'stall-request', afterBytes: MIB }, 'STORE_TIMEOUT'],
    ['CompleteMultipartUpload', { kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED'],
    ['CompleteMultipartUpload', { kind: 'error-in-200', code: 'InternalError' }, 'STORE_UNAVAILABLE'],
    ['CompleteMultipartUpload', { kind: 'lose-answer' }, 'STORE_TIMEOUT'],
  ])('ends the commit of a large object, and leaves nothing: %s %j', async (operation, fault, code) => {
    const key = newKey();
    const target = s3.storeWith({ deadlineMs: 1_500, multipart }, once);
    disturb(operation, fault);
    const writer = target.create(key, metadata);
    for (let part = 0; part < 6; part++) await writer.write(pattern(PART_BYTES / 2));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code });
    await writer.discard();
    expect(await s3.store.head(key)).toBeUndefined();
    expect(await unfinishedUploads()).toBe(0);
  });

  it.each(['put', 'putIfAbsent', 'get', 'head', 'list', 'copy', 'delete', 'check'] as const)(
    'is a fault of the store for %s too',
    async (operation) => {
      const target = s3.storeWith({}, once);
      await s3.store.put('there', pattern(1));
      s3.disturb(() => ({ kind: 'error', code: 'AccessDenied', when: 'before' }));
      const attempts = {
        put: () => target.put('x', pattern(1)),
        putIfAbsent: () => target.putIfAbsent('x', pattern(1)),
        get: () => target.get('there'),
        head: () => target.head('there'),
        list: async () => {
          for await (const _ of target.list('')) break;
        },
        copy: () => target.copy('there', 'x'),
        delete: () => target.delete('there'),
        check: () => target.check(),
      };
      await expect(attempts[operation]()).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_DENIED' });
    },
  );

  it('is a fault when an answer stops in the middle', async () => {
    const key = newKey();
    await s3.store.put(key, pattern(100_000));
    for (const kind of ['stall-answer', 'truncate-answer'] as const) {
      disturb('GetObject', { kind, afterBytes: 1_000 });
      await expect(s3.storeWith({ deadlineMs: 500 }, once).get(key)).rejects.toMatchObject({
        name: 'StoreFault',
        retryable: true,
      });
    }
  });

  it('is a fault when nobody listens', async () => {
    const target = s3.storeWith({}, { endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    await expect(target.check()).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_UNAVAILABLE' });
  });
});

describe('an object that is discarded', () => {
  it('leaves no unfinished upload, also while parts are under way', async () => {
    for (const waits of [true, false]) {
      const key = newKey();
      disturb();
      const writer = s3.storeWith({ multipart }).create(key, metadata);
      for (let part = 0; part < 4; part++) {
        const wait = writer.write(pattern(PART_BYTES));
        if (waits) await wait;
      }
      await writer.discard();
      expect(operations()).toContain('AbortMultipartUpload');
      expect(await s3.store.head(key)).toBeUndefined();
      expect(await unfinishedUploads()).toBe(0);
    }
  });

  it('asks nothing of S3 when nothing was sent', async () => {
    disturb();
    const writer = s3.store.create(newKey(), metadata);
    await writer.write(pattern(1_000));
    await writer.discard();
    expect(operations()).toEqual([]);
  });

  it('never rejects', async () => {
    const writer = s3.storeWith({ multipart }, { maxAttempts: 1 }).create(newKey(), metadata);
    for (let part = 0; part < 3; part++) await writer.write(pattern(PART_BYTES));
    s3.disturb(() => ({ kind: 'error', code: 'AccessDenied', when: 'before' }));
    await expect(writer.commit()).rejects.toMatchObject({ code: 'STORE_DENIED' });
    await expect(writer.discard()).resolves.toBeUndefined();
  });
});

describe('a large object', () => {
  it('costs the same memory as a small one', async () => {
    const key = newKey();
    const writer = s3.storeWith({ multipart }).create(key, metadata);
    // Parts in flight, the parts being filled, and what the sockets hold.
    expect(await peakWhileWriting(writer, 192)).toBeLessThan(10 * (PART_BYTES / MIB));
    await writer.commit();
    expect(await s3.store.head(key)).toMatchObject({ ...writer.digest() });
  });
});

describe('list', () => {
  it('goes on beyond one page', async () => {
    const names = Array.from({ length: 1_050 }, (_, n) => `many/${String(n).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(names.slice(at, at + 50).map((name) => s3.store.put(name, pattern(1))));
    }
    const found: string[] = [];
    for await (const { key } of s3.store.list('many/')) found.push(key);
    expect(found).toEqual(names);
  });
});

describe('copy', () => {
  it('takes a large object in parts, with its description and the checksum of the whole', async () => {
    const [from, to] = [newKey(), newKey()];
    const bytes = pattern(2 * PART_BYTES + 5);
    await (await store(from, bytes)).committed;
    disturb();
    await s3.storeWith({ multipart: { ...multipart, copyPartBytes: PART_BYTES } }).copy(from, to);
    expect(operations().filter((operation) => operation === 'UploadPartCopy')).toHaveLength(3);
    expect(await s3.store.head(to)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes), metadata });
  });
});

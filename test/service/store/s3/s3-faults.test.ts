import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemSchedule } from '../../../../core/system-clock.ts';
import type { Fault } from '../../../../local/s3/fault.ts';
import type { OperationName } from '../../../../local/s3/operation.ts';
import { DirectTransport } from '../../../../service/store/s3/direct-transport.ts';
import { EXPIRY_MARGIN_MS } from '../../../../service/store/s3/request-signer.ts';
import { Retry } from '../../../../service/store/s3/retry.ts';
import { expiringRequestsOf } from '../../../support/expiring-requests-of.ts';
import { crc32Of } from '../object-store-contract.ts';
import { MIB, metadata, multipart, PART_BYTES, pattern, S3Rig } from './s3-rig.ts';

let rig: S3Rig;
beforeAll(async () => {
  rig = await S3Rig.start();
});
afterAll(() => rig.s3.close());
afterEach(() => rig.s3.disturb(() => undefined));

describe('a fault that passes', () => {
  it.each<[OperationName, Fault]>([
    ['PutObject', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['PutObject', { kind: 'error', code: 'ServiceUnavailable', when: 'before' }],
    ['PutObject', { kind: 'reset-request', afterBytes: 10 }],
  ])('is tried again within the deadline: %s %j', async (operation, fault) => {
    const key = rig.newKey();
    rig.disturb(operation, fault, 1);
    const bytes = pattern(1_000);
    await (await rig.store(key, bytes)).committed;
    expect(rig.operations()).toEqual(['PutObject', 'PutObject']);
    expect(await rig.s3.store.head(key)).toMatchObject({ crc32: crc32Of(bytes), metadata });
  });

  it.each<[OperationName, Fault]>([
    ['CreateMultipartUpload', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['UploadPart', { kind: 'error', code: 'SlowDown', when: 'before' }],
    ['UploadPart', { kind: 'lose-answer' }],
    ['UploadPart', { kind: 'reset-request', afterBytes: MIB }],
    ['UploadPart', { kind: 'error', code: 'BadDigest', when: 'before' }],
    ['CompleteMultipartUpload', { kind: 'error', code: 'ServiceUnavailable', when: 'before' }],
    ['CompleteMultipartUpload', { kind: 'error-in-200', code: 'InternalError' }],
  ])('is tried again in a multipart upload: %s %j', async (operation, fault) => {
    const key = rig.newKey();
    rig.disturb(operation, fault, 1);
    const bytes = pattern(2 * PART_BYTES + 7);
    await (await rig.store(key, bytes)).committed;
    expect(await rig.s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes) });
  });

  it.each<[OperationName, Fault]>([
    ['PutObject', { kind: 'lose-answer' }],
    ['PutObject', { kind: 'error', code: 'InternalError', when: 'after' }],
    ['CompleteMultipartUpload', { kind: 'lose-answer' }],
  ])('is no fault when S3 has the object and only its answer was lost: %s %j', async (operation, fault) => {
    const key = rig.newKey();
    rig.disturb(operation, fault, 1);
    const bytes = pattern(operation === 'PutObject' ? 1_000 : 2 * PART_BYTES + 7);
    await (await rig.store(key, bytes)).committed;
    expect(await rig.s3.store.head(key)).toMatchObject({ bytes: bytes.length, crc32: crc32Of(bytes), metadata });
  });

  it('is not forgotten for what came of the next attempt', async () => {
    const key = rig.newKey();
    rig.s3.disturb(({ operation, attempt }) => {
      if (operation !== 'PutObject') return undefined;
      return attempt === 1
        ? { kind: 'stall-request', afterBytes: 0 }
        : { kind: 'error', code: 'AccessDenied', when: 'before' };
    });
    const requests = expiringRequestsOf(rig.s3.client);
    const transport = new DirectTransport({ requests, maxSockets: 1, stallMs: 200 });
    const { writer, committed } = await rig.store(key, pattern(1_000), { transport });
    await expect(committed).rejects.toMatchObject({ code: 'STORE_DENIED' });
    expect(writer.mayAppearForMs()).toBeGreaterThan(0);
    await transport.close();
  });

  it.each<[string, OperationName, number]>([
    ['the SDK repeated it by itself and was refused', 'CompleteMultipartUpload', 2],
    ['S3 says it was done and does not say whether this is it', 'HeadObject', 1],
  ])('is not forgotten when %s', async (_, refused, from) => {
    const key = rig.newKey();
    rig.s3.disturb(({ operation, attempt }) => {
      if (operation === refused && attempt >= from) return { kind: 'error', code: 'AccessDenied', when: 'before' };
      return operation === 'CompleteMultipartUpload' && attempt === 1 ? { kind: 'lose-answer' } : undefined;
    });
    const { writer, committed } = await rig.store(key, pattern(2 * PART_BYTES));
    await expect(committed).rejects.toMatchObject({ code: 'STORE_DENIED' });
    expect(writer.mayAppearForMs()).toBeGreaterThan(0);
  });

  it('is no success when other bytes are under the key', async () => {
    const key = rig.newKey();
    await (await rig.store(key, pattern(1_000))).committed;
    const { writer, committed } = await rig.store(key, pattern(999));
    await expect(committed).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_UNAVAILABLE' });
    await writer.discard();
    expect(await rig.s3.store.head(key)).toMatchObject({ crc32: crc32Of(pattern(1_000)) });
  });

  it('storms over many objects, and each is stored once it has passed', async () => {
    const retry = new Retry({ clock: systemClock, schedule: systemSchedule, random: () => 0.01 });
    const store = rig.s3.storeWith({ retry });
    let requests = 0;
    const storm: readonly Fault[] = [
      { kind: 'error', code: 'SlowDown', when: 'before' },
      { kind: 'error', code: 'InternalError', when: 'before' },
      { kind: 'lose-answer' },
      { kind: 'reset-request', afterBytes: 1 },
    ];
    rig.s3.disturb(({ attempt }) => (attempt <= 6 ? storm[requests++ % storm.length] : undefined));
    const keys = Array.from({ length: 30 }, () => rig.newKey());
    await Promise.all(
      keys.map(async (key, index) => {
        const writer = store.create(key, metadata);
        await writer.write(pattern(1_000 + index));
        await writer.commit();
      }),
    );
    rig.s3.disturb(() => undefined);
    for (const [index, key] of keys.entries()) {
      expect(await store.head(key)).toMatchObject({ bytes: 1_000 + index, crc32: crc32Of(pattern(1_000 + index)) });
    }
  });

  it('makes a conditional write look lost to its own winner, who can tell by the bytes', async () => {
    const key = rig.newKey();
    rig.disturb('PutObject', { kind: 'lose-answer' }, 1);
    expect(await rig.s3.store.putIfAbsent(key, pattern(3))).toBe('exists');
    expect(Buffer.from((await rig.s3.store.get(key)) ?? []).equals(pattern(3))).toBe(true);
  });
});

describe('a fault that stays', () => {
  const once = { maxAttempts: 1 };
  /** Finds every pause before another try too long for any deadline. */
  const withoutPatience = new Retry({ clock: systemClock, schedule: systemSchedule, random: () => 1_000_000 });

  it.each<[Fault, string, boolean, 'never' | 'perhaps' | 'stored']>([
    [{ kind: 'error', code: 'SlowDown', when: 'before' }, 'STORE_UNAVAILABLE', true, 'perhaps'],
    [{ kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED', false, 'never'],
    [{ kind: 'error', code: 'BadDigest', when: 'before' }, 'STORE_CORRUPT', true, 'never'],
    [{ kind: 'error', code: 'NoSuchBucket', when: 'before' }, 'STORE_UNAVAILABLE', true, 'never'],
    [{ kind: 'reset-request', afterBytes: 0 }, 'STORE_UNAVAILABLE', true, 'perhaps'],
    [{ kind: 'stall-request', afterBytes: 0 }, 'STORE_TIMEOUT', true, 'perhaps'],
    [{ kind: 'delay', delayMs: 60_000 }, 'STORE_TIMEOUT', true, 'stored'],
  ])('ends the commit of a small object, which knows what may come of it: %j', async (fault, code, retryable, fate) => {
    const key = rig.newKey();
    const isEndless = fault.kind === 'stall-request' || fault.kind === 'delay';
    const deadlineMs = isEndless ? 500 : 20_000;
    const target = rig.s3.storeWith({ deadlineMs, retry: withoutPatience }, once);
    rig.disturb('PutObject', fault);
    const writer = target.create(key, metadata);
    await writer.write(pattern(1_000));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code, retryable, status: 0xa700 });
    await writer.discard();
    const lateMs = writer.mayAppearForMs();
    if (fate === 'never') expect(lateMs).toBeUndefined();
    else {
      expect(lateMs).toBeGreaterThan(EXPIRY_MARGIN_MS);
      expect(lateMs).toBeLessThan(deadlineMs + 10_000);
    }
    // It is not taken back: by now a manifest may name it.
    expect((await rig.s3.store.head(key))?.bytes).toBe(fate === 'stored' ? 1_000 : undefined);
  });

  it.each<[OperationName, Fault, string, number]>([
    ['CreateMultipartUpload', { kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED', 20_000],
    ['UploadPart', { kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED', 20_000],
    ['UploadPart', { kind: 'stall-request', afterBytes: MIB }, 'STORE_TIMEOUT', 500],
    ['CompleteMultipartUpload', { kind: 'error', code: 'AccessDenied', when: 'before' }, 'STORE_DENIED', 20_000],
    ['CompleteMultipartUpload', { kind: 'error', code: 'InvalidPart', when: 'before' }, 'STORE_UNAVAILABLE', 20_000],
  ])('ends the commit of a large object, and leaves nothing: %s %j', async (operation, fault, code, deadlineMs) => {
    const key = rig.newKey();
    const target = rig.s3.storeWith({ deadlineMs, multipart }, once);
    rig.disturb(operation, fault);
    const writer = target.create(key, metadata);
    for (let part = 0; part < 6; part++) await writer.write(pattern(PART_BYTES / 2));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code });
    await writer.discard();
    expect(await rig.s3.store.head(key)).toBeUndefined();
    expect(await rig.unfinishedUploads(key)).toBe(0);
  });

  it('ends an upload with the first part that fails for good, and the sender is still heard out', async () => {
    const key = rig.newKey();
    rig.disturb('UploadPart', { kind: 'error', code: 'AccessDenied', when: 'before' });
    const { writer, committed } = await rig.store(key, pattern(8 * PART_BYTES));
    await expect(committed).rejects.toMatchObject({ code: 'STORE_DENIED' });
    expect(rig.operations().filter((operation) => operation === 'UploadPart').length).toBeLessThanOrEqual(2);
    expect(writer.digest()).toEqual({ bytes: 8 * PART_BYTES, crc32: crc32Of(pattern(8 * PART_BYTES)) });
    await writer.discard();
    expect(await rig.unfinishedUploads(key)).toBe(0);
  });

  it.each(['put', 'putIfAbsent', 'get', 'head', 'list', 'copy', 'delete', 'check'] as const)(
    'is a fault of the store for %s too',
    async (operation) => {
      const target = rig.s3.storeWith({}, once);
      await rig.s3.store.put('there', pattern(1));
      rig.s3.disturb(() => ({ kind: 'error', code: 'AccessDenied', when: 'before' }));
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
    const key = rig.newKey();
    await rig.s3.store.put(key, pattern(100_000));
    for (const kind of ['stall-answer', 'truncate-answer'] as const) {
      rig.disturb('GetObject', { kind, afterBytes: 1_000 });
      await expect(rig.s3.storeWith({ deadlineMs: 500 }, once).get(key)).rejects.toMatchObject({
        name: 'StoreFault',
        retryable: true,
      });
    }
  });

  it('is a fault when nobody listens', async () => {
    const target = rig.s3.storeWith({}, { endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    await expect(target.check()).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_UNAVAILABLE' });
  });
});

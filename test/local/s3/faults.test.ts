import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, FaultSubject } from '../../../local/s3/fault.ts';
import type { S3Server } from '../../../local/s3/start-s3.ts';
import { clientOf, startLocal, temporaryFolder } from './local-server.ts';

const key = { Bucket: 'ingest', Key: 'key' };

describe('faults', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: S3Server;
  let rule: (subject: FaultSubject) => Fault | undefined;
  let events: string[];
  let scheduled: { readonly delayMs: number; readonly run: () => void }[];
  let onScheduled: () => void;
  beforeEach(async () => {
    folder = await temporaryFolder();
    events = [];
    scheduled = [];
    onScheduled = () => undefined;
    rule = () => undefined;
    server = await startLocal(folder.path, {
      credentials: 'any',
      faults: (subject) => rule(subject),
      onEvent: ({ detail }) => events.push(detail.object.key),
      schedule: (delayMs, run) => {
        scheduled.push({ delayMs, run });
        onScheduled();
        return { cancel: () => undefined };
      },
    });
  });
  afterEach(async () => {
    await server.close();
    await folder.remove();
  });
  const s3 = (maxAttempts = 1) => clientOf(server.endpoint, { maxAttempts });
  const put = (Body: string | Buffer = 'hello') => s3().send(new PutObjectCommand({ ...key, Body }));
  const on = (operation: FaultSubject['operation'], fault: Fault) => {
    rule = (subject) => (subject.operation === operation ? fault : undefined);
  };
  const storedSize = async () => {
    rule = () => undefined;
    return (
      await s3()
        .send(new HeadObjectCommand(key))
        .catch(() => undefined)
    )?.ContentLength;
  };
  const rawPut = (length: number) =>
    request({
      port: server.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/ingest/key',
      headers: { 'Content-Length': length },
    });

  it('strike by operation, key, part and attempt', async () => {
    const seen: FaultSubject[] = [];
    rule = (subject) => {
      seen.push(subject);
      return subject.operation === 'PutObject' && subject.attempt < 3
        ? { kind: 'error', code: 'SlowDown', when: 'before' }
        : undefined;
    };
    await s3(3).send(new PutObjectCommand({ ...key, Body: 'hello' }));
    expect(seen).toEqual(
      [1, 2, 3].map((attempt) => ({ operation: 'PutObject', bucket: 'ingest', key: 'key', attempt })),
    );
    seen.splice(0);
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...key, ChecksumAlgorithm: 'CRC32' }));
    await s3().send(new UploadPartCommand({ ...key, UploadId, PartNumber: 4, Body: 'x' }));
    expect(seen.at(-1)).toEqual({ operation: 'UploadPart', bucket: 'ingest', key: 'key', partNumber: 4, attempt: 1 });
  });

  it.each([
    ['InternalError', 500],
    ['SlowDown', 503],
    ['ConditionalRequestConflict', 409],
  ] as const)('answer %s instead of the operation', async (code, httpStatusCode) => {
    on('PutObject', { kind: 'error', code, when: 'before' });
    await expect(put()).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode } });
    expect(await storedSize()).toBeUndefined();
    expect(events).toEqual([]);
  });

  it('answer an error although the object is durable', async () => {
    on('PutObject', { kind: 'error', code: 'InternalError', when: 'after' });
    await expect(put()).rejects.toMatchObject({ name: 'InternalError' });
    expect(await storedSize()).toBe(5);
    expect(events).toEqual(['key']);
  });

  it('lose the answer after the object is durable', async () => {
    on('PutObject', { kind: 'lose-answer' });
    await expect(put()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await storedSize()).toBe(5);
    expect(events).toEqual(['key']);
  });

  it('delay the answer by the injected timer', async () => {
    on('PutObject', { kind: 'delay', delayMs: 30_000 });
    const isScheduled = new Promise<void>((resolve) => {
      onScheduled = resolve;
    });
    let isAnswered = false;
    const answered = put().then(() => {
      isAnswered = true;
    });
    await isScheduled;
    expect(await storedSize()).toBe(5);
    expect(isAnswered).toBe(false);
    expect(scheduled.map(({ delayMs }) => delayMs)).toEqual([30_000]);
    scheduled[0]?.run();
    await answered;
  });

  it('reset the connection in mid-body', async () => {
    on('PutObject', { kind: 'reset-request', afterBytes: 100_000 });
    await expect(put(Buffer.alloc(8_000_000))).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/),
    });
    expect(await storedSize()).toBeUndefined();
  });

  it('stall in mid-body until the connection closes, and leave nothing behind', async () => {
    on('PutObject', { kind: 'stall-request', afterBytes: 1 });
    const sending = rawPut(50_000_000);
    sending.on('error', () => undefined);
    let isTaken = true;
    while (isTaken) isTaken = sending.write(Buffer.alloc(1_000_000));
    await expect.poll(() => readdir(join(folder.path, '.tmp'))).toHaveLength(1);
    await server.close();
    expect(await readdir(join(folder.path, '.tmp'))).toEqual([]);
    server = await startLocal(folder.path);
    expect(await storedSize()).toBeUndefined();
  });

  it.each(['stall-request', 'reset-request'] as const)(
    'store nothing after %s, not even when all of it had come',
    async (kind) => {
      on('PutObject', { kind, afterBytes: 1 });
      const sending = rawPut(5).end('hello');
      sending.on('error', () => undefined);
      const closed = new Promise((resolve) => sending.on('close', resolve));
      if (kind === 'stall-request') {
        await expect.poll(() => readdir(join(folder.path, '.tmp'))).toHaveLength(1);
        sending.destroy();
      }
      await expect.poll(() => readdir(join(folder.path, '.tmp'))).toEqual([]);
      await closed;
      expect(await storedSize()).toBeUndefined();
    },
  );

  it('truncate the answer', async () => {
    await put(Buffer.alloc(1_000_000));
    on('GetObject', { kind: 'truncate-answer', afterBytes: 1000 });
    const got = await s3().send(new GetObjectCommand(key));
    await expect(got.Body?.transformToByteArray()).rejects.toThrow('aborted');
  });

  it('stall the answer', async () => {
    await put(Buffer.alloc(1_000_000));
    on('GetObject', { kind: 'stall-answer', afterBytes: 1000 });
    const asked = request({ port: server.port, host: '127.0.0.1', path: '/ingest/key' });
    asked.on('error', () => undefined);
    asked.end();
    const [response]: IncomingMessage[] = await once(asked, 'response');
    let receivedBytes = 0;
    for await (const bytes of response ?? []) {
      receivedBytes += bytes.length;
      if (receivedBytes >= 1000) break;
    }
    expect(receivedBytes).toBe(1000);
    expect(response?.complete).toBe(false);
  });

  it('answer 200 with an error inside, from CompleteMultipartUpload', async () => {
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...key, ChecksumAlgorithm: 'CRC32' }));
    const part = await s3().send(new UploadPartCommand({ ...key, UploadId, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] };
    const complete = (attempts = 1) =>
      s3(attempts).send(new CompleteMultipartUploadCommand({ ...key, UploadId, MultipartUpload }));
    on('CompleteMultipartUpload', { kind: 'error-in-200', code: 'InternalError' });
    await expect(complete()).rejects.toMatchObject({ name: 'InternalError' });
    expect(await storedSize()).toBeUndefined();
    rule = ({ attempt }) => (attempt < 3 ? { kind: 'error-in-200', code: 'InternalError' } : undefined);
    await complete(3);
    expect(await storedSize()).toBe(4);
  });
});

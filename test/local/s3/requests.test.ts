import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from '../../../local/s3/start-s3.ts';
import { startLocal, temporaryFolder } from './local-server.ts';
import { rawRequest, requestText } from './raw-request.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: S3Server;
beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startLocal(folder.path, { credentials: 'any' });
});
afterAll(async () => {
  await server.close();
  await folder.remove();
});

const send = (method: string, path: string, headers: Record<string, string | number> = {}, body = '') =>
  rawRequest(server.port, [requestText(method, path, headers, body)]);
const get = async (path: string) => (await send('GET', path)).split('\r\n\r\n')[1];

describe('requests by hand', () => {
  it('take a plain body', async () => {
    expect(await send('PUT', '/ingest/plain', { 'Content-Length': 5 }, 'hello')).toMatch(/^HTTP\/1.1 200 /);
    expect(await get('/ingest/plain')).toBe('hello');
  });

  it('take a streaming body with a trailer, in whatever pieces it comes', async () => {
    const body = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
    const text = requestText(
      'PUT',
      '/ingest/streamed',
      {
        'Content-Length': body.length,
        'Content-Encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': 5,
        'x-amz-trailer': 'x-amz-checksum-crc32',
      },
      body,
    );
    expect(await rawRequest(server.port, text)).toContain('x-amz-checksum-crc32: NhCmhg==');
    expect(await get('/ingest/streamed')).toBe('hello');
  });

  it.each([
    ['a wrong trailer checksum', 'x-amz-checksum-crc32:AAAAAA==\r\n', '5', '400', 'BadDigest'],
    ['a trailer that never comes', '', '5', '400', 'MalformedTrailerError'],
    ['another size than was announced', 'x-amz-checksum-crc32:NhCmhg==\r\n', '6', '400', 'IncompleteBody'],
  ])('are refused with %s', async (_, trailer, size, status, code) => {
    const body = `5\r\nhello\r\n0\r\n${trailer}\r\n`;
    const headers = {
      'Content-Length': body.length,
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': size,
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    const answer = await send('PUT', '/ingest/refused', headers, body);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*<Code>${code}</Code>`));
    expect(await send('HEAD', '/ingest/refused')).toMatch(/^HTTP\/1.1 404 /);
  });

  it('are told when the connection ends in mid-body', async () => {
    const text = requestText('PUT', '/ingest/short', { 'Content-Length': 100 }, 'only this');
    const answer = await rawRequest(server.port, [text], true);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*<Code>IncompleteBody<\/Code>/s);
    expect(await send('HEAD', '/ingest/short')).toMatch(/^HTTP\/1.1 404 /);
    await expect.poll(() => readdir(join(folder.path, '.tmp'))).toEqual([]);
  });

  it.each([
    ['PUT', '/ingest/key', {}, '411', 'MissingContentLength'],
    ['PUT', `/ingest/${'k'.repeat(1025)}`, { 'Content-Length': 0 }, '400', 'KeyTooLongError'],
    ['PUT', '/ingest/key', { 'Content-Length': 5 * 1024 ** 3 + 1 }, '400', 'EntityTooLarge'],
    ['PUT', '/ingest/key', { 'Content-Length': 0, 'x-amz-meta-a': 'x'.repeat(2048) }, '400', 'MetadataTooLarge'],
    ['PUT', '/ingest/key', { 'Content-Length': 0, 'If-None-Match': '"tag"' }, '501', 'NotImplemented'],
    ['PUT', '/ingest/key', { 'Content-Length': 0, 'x-amz-server-side-encryption': 'aws:kms' }, '501', 'NotImplemented'],
    [
      'PUT',
      '/ingest/key',
      { 'Content-Length': 0, 'x-amz-expected-bucket-owner': '111122223333' },
      '403',
      'AccessDenied',
    ],
    ['PUT', '/In_Valid', { 'Content-Length': 0 }, '400', 'InvalidBucketName'],
    ['PUT', '/ingest', { 'Content-Length': 0 }, '409', 'BucketAlreadyOwnedByYou'],
    ['GET', '/ingest/%zz', {}, '400', 'InvalidURI'],
    ['GET', '/ingest/%ff', {}, '400', 'InvalidURI'],
    ['GET', '/ingest?versions', {}, '501', 'NotImplemented'],
    ['PATCH', '/ingest/key', {}, '501', 'NotImplemented'],
    ['GET', '/ingest/absent?partNumber=1', {}, '501', 'NotImplemented'],
  ])('get an error document: %s %s %o', async (method, path, headers, status, code) => {
    const answer = await send(method, path, headers as Record<string, string | number>);
    expect(answer).toMatch(
      new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*<Code>${code}</Code>[\\s\\S]*<RequestId>[0-9a-f-]+</RequestId>`),
    );
  });

  it('cannot climb out of the bucket, whatever they write', async () => {
    for (const path of ['/ingest/../../escaped', '/ingest/%2e%2e/%2e%2e/escaped', '/ingest/..%2f..%2fescaped']) {
      expect(await send('PUT', path, { 'Content-Length': 5 }, 'hello')).toMatch(/^HTTP\/1.1 200 /);
      expect(await get(path)).toBe('hello');
    }
    expect((await readdir(folder.path)).sort()).toEqual(['.meta', '.tmp', '.uploads', 'ingest']);
    expect(await readdir(join(folder.path, '..'))).not.toContain('escaped');
  });

  it('learn that they are refused before they send the body, when they ask', async () => {
    await send('PUT', '/ingest/there', { 'Content-Length': 1 }, 'x');
    const asked = request({
      port: server.port,
      host: '127.0.0.1',
      method: 'PUT',
      path: '/ingest/there',
      headers: { Expect: '100-continue', 'Content-Length': 1_000_000, 'If-None-Match': '*' },
    });
    const outcome = await new Promise<string>((resolve, reject) => {
      asked.on('continue', () => resolve('continue'));
      asked.on('response', (response) => resolve(String(response.statusCode)));
      asked.on('error', reject);
      asked.flushHeaders();
    });
    asked.destroy();
    expect(outcome).toBe('412');
  });
});

it('binds to loopback only', async () => {
  const options = { root: folder.path, port: 0, credentials: 'any', region: 'us-east-1', buckets: [] } as const;
  const rest = { clock: { nowMs: () => 0 }, schedule: () => ({ cancel: () => undefined }), newId: () => 'id' };
  await expect(startS3({ ...options, ...rest, host: '0.0.0.0' })).rejects.toThrow('loopback only');
});

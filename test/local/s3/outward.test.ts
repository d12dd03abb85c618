import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOutwardAddress } from '../../../local/s3/outward-address.ts';
import type { S3Server } from '../../../local/s3/start-s3.ts';
import { clientOf, localCredentials, startLocal, temporaryFolder } from './local-server.ts';

const guest = { accessKeyId: 'cluster', secretAccessKey: 'of-the-cluster' };
const object = { Bucket: 'ingest', Key: 'manifests/a.json' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: S3Server | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await server?.close();
  await folder.remove();
});

describe('the outward address', () => {
  it('leads to the same buckets, and its objects are events like any other', async () => {
    const events: string[] = [];
    server = await startLocal(folder.path, {
      outward: { host: '127.0.0.2', port: 0, credentials: guest },
      onEvent: ({ detail }) => events.push(detail.object.key),
    });
    const outside = clientOf(server.outwardEndpoint ?? '', { credentials: guest });
    await outside.send(new PutObjectCommand({ ...object, Body: 'x' }));
    const inside = clientOf(server.endpoint, { credentials: localCredentials });
    const { Body } = await inside.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('x');
    expect(events).toEqual([object.Key]);
  });

  it('takes its own credentials and no others', async () => {
    server = await startLocal(folder.path, { outward: { host: '127.0.0.2', port: 0, credentials: guest } });
    const wrong = clientOf(server.outwardEndpoint ?? '', { credentials: localCredentials });
    await expect(wrong.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    const crossed = clientOf(server.endpoint, { credentials: guest });
    await expect(crossed.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });

  it.each(['0.0.0.0', '::', '8.8.8.8', 'localhost', '169.254.169.254'])('is not opened at %s', async (host) => {
    const outward = { host, port: 0, credentials: guest };
    await expect(startLocal(folder.path, { outward })).rejects.toThrow('no address of a private network');
  });

  it.each(['127.0.0.1', '10.1.2.3', '172.18.0.1', '192.168.49.1', '::1', 'fd00::1'])('may be %s', (host) => {
    expect(isOutwardAddress(host)).toBe(true);
  });
});

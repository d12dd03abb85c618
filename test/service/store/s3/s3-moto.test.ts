import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectTransport } from '../../../../service/store/s3/direct-transport.ts';
import { S3Store } from '../../../../service/store/s3/s3-store.ts';
import { expiringRequestsOf } from '../../../support/expiring-requests-of.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';
import { crc32Of } from '../object-store-contract.ts';
import { MIB, multipart, pattern } from './s3-rig.ts';

const isThere = spawnSync('moto_server', ['--help']).status === 0;

/** A server that is not ours; it verifies little, so it is asked to give back what it was given. */
describe.skipIf(!isThere)('S3 as moto has it', () => {
  let client: S3Client;
  let transport: DirectTransport;
  let store: S3Store;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let endpoint: string | undefined;
    for await (const text of moto.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      endpoint = /Running on (http:\S+)/.exec(String(text))?.[1];
      if (endpoint !== undefined) break;
    }
    moto.stderr.resume();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new S3Client({ endpoint: endpoint ?? '', region: 'us-east-1', forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    transport = new DirectTransport({ requests: expiringRequestsOf(client), maxSockets: 4, stallMs: 20_000 });
    const options = { client, bucket: 'bucket', keyPrefix: '', deadlineMs: 20_000, nowMs: Date.now };
    store = new S3Store({ ...options, transport, multipart });
    stop = async () => {
      const exited = once(moto, 'exit');
      moto.kill();
      await exited;
    };
  });
  afterAll(async () => {
    await transport.close();
    client.destroy();
    await stop();
  });

  it.each([0, 1_000, 5 * MIB + 1])('gives back an object of %i bytes, with its description', async (size) => {
    const key = `batches/${size}.dcm`;
    const metadata = sampleMetadata(1, { callingAeTitle: 'CT 1%' });
    const bytes = pattern(size);
    const writer = store.create(key, metadata);
    for (let at = 0; at < size; at += MIB) await writer.write(bytes.subarray(at, at + MIB));
    await writer.commit();
    expect(crc32Of((await store.get(key)) ?? new Uint8Array())).toBe(crc32Of(bytes));
    expect((await store.head(key))?.metadata).toEqual(metadata);
  });

  it('does not write over an object', async () => {
    const key = 'batches/once.dcm';
    const put = async (size: number) => {
      const writer = store.create(key, sampleMetadata(1));
      await writer.write(pattern(size));
      await writer.commit();
    };
    await put(1_000);
    await expect(put(999)).rejects.toMatchObject({ name: 'StoreFault' });
    expect(await store.head(key)).toMatchObject({ bytes: 1_000 });
  });
});

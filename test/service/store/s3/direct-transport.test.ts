import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../core/system-clock.ts';
import { bucketEndpoint } from '../../../../service/store/s3/bucket-endpoint.ts';
import { DirectTransport } from '../../../../service/store/s3/direct-transport.ts';
import type { Attempt } from '../../../../service/store/s3/expiring-requests.ts';
import { SdkTransport } from '../../../../service/store/s3/sdk-transport.ts';
import { Slab } from '../../../../service/store/slabs/slab.ts';
import { bodyOf, type SlabBody } from '../../../../service/store/slabs/slab-body.ts';
import { clientOf, startLocal, temporaryFolder } from '../../../local/s3/local-server.ts';
import { expiringRequestsOf } from '../../../support/expiring-requests-of.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';

const metadata = sampleMetadata(1, { callingAeTitle: 'CT 1%' });
const HOUR_MS = 3_600_000;
/** An attempt that is waited for as long as any test lasts. */
const patient = (signal: AbortSignal = new AbortController().signal): Attempt => ({
  signal,
  untilMs: systemClock.monotonicMs() + 60_000,
});

function body(bytes: number, slabBytes = 100_000): SlabBody {
  const slabs: Slab[] = [];
  for (let left = bytes; left > 0; left -= slabBytes) {
    const slab = new Slab(slabBytes);
    slab.fill(new Uint8Array(Math.min(left, slabBytes)).fill(slabs.length + 1));
    slabs.push(slab);
  }
  return bodyOf(slabs);
}

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function directTo(client: S3Client, nowMs: () => number = Date.now, stallMs = 20_000): DirectTransport {
  const transport = new DirectTransport({ requests: expiringRequestsOf(client, nowMs), maxSockets: 10, stallMs });
  cleanUp.push(() => transport.close());
  return transport;
}

/** The strict server: it verifies every signature, checksum and length. */
async function strictS3() {
  const folder = await temporaryFolder();
  const server = await startLocal(folder.path);
  const client = clientOf(server.endpoint);
  cleanUp.push(folder.remove, () => server.close());
  const head = (Key: string) =>
    client.send(new HeadObjectCommand({ Bucket: 'ingest', Key, ChecksumMode: 'ENABLED' })).then((found) => ({
      bytes: found.ContentLength,
      crc32: found.ChecksumCRC32,
      checksumType: found.ChecksumType,
      type: found.ContentType,
      encryption: found.ServerSideEncryption,
      metadata: found.Metadata,
    }));
  return { endpoint: server.endpoint, client, head };
}

/** A server that answers what it is told to, in order, and keeps the requests. */
async function scripted(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const seen: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    const answer = answers.shift();
    request.resume();
    request.once('end', () => answer?.(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const refuse = (status: number, code: string) => (response: ServerResponse) =>
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
const accept = (response: ServerResponse) => response.writeHead(200, { etag: '"e"' }).end();

describe('an object that is put directly', () => {
  it.each([0, 1, 99_999, 100_000, 100_001, 1_234_567])('is the same as by the SDK: %i bytes', async (bytes) => {
    const { client, head } = await strictS3();
    const sent = body(bytes);
    await directTo(client).putObject({ bucket: 'ingest', key: 'direct' }, metadata, sent, patient());
    await new SdkTransport(expiringRequestsOf(client)).putObject(
      { bucket: 'ingest', key: 'sdk' },
      metadata,
      sent,
      patient(),
    );
    expect(await head('direct')).toEqual(await head('sdk'));
  });

  it.each(["a b/c+d'(e)*!~", 'ä/%41/ü', 'batches/01JD/1.2.840.1/2.25.3.dcm'])('has the key %j', async (key) => {
    const { client, head } = await strictS3();
    await directTo(client).putObject({ bucket: 'ingest', key }, metadata, body(10), patient());
    expect(await head(key)).toMatchObject({ bytes: 10 });
  });

  it('is not written over', async () => {
    const { client } = await strictS3();
    const transport = directTo(client);
    const place = { bucket: 'ingest', key: 'key' };
    await transport.putObject(place, metadata, body(10), patient());
    await expect(transport.putObject(place, metadata, body(11), patient())).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('is refused when the bytes are not those of the checksum', async () => {
    const { client } = await strictS3();
    const damaged = { ...body(10), crc32: 1 };
    await expect(
      directTo(client).putObject({ bucket: 'ingest', key: 'key' }, metadata, damaged, patient()),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('is refused to those whom the server does not know', async () => {
    const { endpoint } = await strictS3();
    const stranger = clientOf(endpoint, { credentials: { accessKeyId: 'A', secretAccessKey: 'B' } });
    await expect(
      directTo(stranger).putObject({ bucket: 'ingest', key: 'key' }, metadata, body(10), patient()),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});

describe('a clock that is an hour off', () => {
  it.each([-HOUR_MS, HOUR_MS])('is corrected by the answer of S3: %i ms', async (offMs) => {
    const { endpoint, head } = await strictS3();
    const client = clientOf(endpoint);
    const transport = directTo(client, () => Date.now() + offMs);
    await transport.putObject({ bucket: 'ingest', key: 'key' }, metadata, body(10), patient());
    expect(await head('key')).toMatchObject({ bytes: 10 });
  });
});

describe('credentials that have expired', () => {
  const clientWith = (endpoint: string) => {
    const asked: (boolean | undefined)[] = [];
    const credentials = async (options?: { readonly forceRefresh?: boolean }) => {
      asked.push(options?.forceRefresh);
      return { accessKeyId: `KEY${asked.length}`, secretAccessKey: 's', sessionToken: 't' };
    };
    return { client: clientOf(endpoint, { credentials }), asked };
  };
  const place = { bucket: 'ingest', key: 'key' };

  it('are renewed once', async () => {
    const { endpoint, seen } = await scripted(refuse(400, 'ExpiredToken'), accept);
    const { client, asked } = clientWith(endpoint);
    await directTo(client).putObject(place, metadata, body(10), patient());
    expect(asked.length).toBe(2);
    expect(seen[0]?.url).toContain('X-Amz-Credential=KEY1%2F');
    expect(seen[1]?.url).toContain('X-Amz-Credential=KEY2%2F');
  });

  it('are an error when the new ones have expired too', async () => {
    const { endpoint, seen } = await scripted(refuse(400, 'ExpiredToken'), refuse(400, 'ExpiredToken'), accept);
    await expect(
      directTo(clientWith(endpoint).client).putObject(place, metadata, body(10), patient()),
    ).rejects.toMatchObject({ name: 'ExpiredToken' });
    expect(seen).toHaveLength(2);
  });
});

describe('an answer', () => {
  const place = { bucket: 'ingest', key: 'key' };
  const put = async (...answers: Parameters<typeof scripted>) => {
    const { endpoint } = await scripted(...answers);
    return directTo(clientOf(endpoint), Date.now, 200).putObject(place, metadata, body(1_000_000), patient());
  };

  it('without an error document is called by its status', async () => {
    await expect(put((response) => response.writeHead(503).end('<html>'))).rejects.toMatchObject({
      name: 'Status503',
      $metadata: { httpStatusCode: 503 },
    });
  });

  it('that breaks off is an error of the connection', async () => {
    const truncated = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      response.socket?.destroySoon();
    };
    await expect(put(truncated)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('that does not come is a connection that stalls', async () => {
    await expect(put(() => undefined)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('is not waited for once it is not wanted', async () => {
    const ending = new AbortController();
    const { endpoint } = await scripted(() => ending.abort(new Error('enough')));
    await expect(
      directTo(clientOf(endpoint)).putObject(place, metadata, body(10), patient(ending.signal)),
    ).rejects.toThrow('enough');
  });

  it('of a part gives its tag', async () => {
    const { endpoint, seen } = await scripted(accept);
    const part = await directTo(clientOf(endpoint)).uploadPart(place, 'id+/=', 7, body(10), patient());
    expect(part).toMatchObject({ number: 7, etag: '"e"' });
    expect(seen[0]?.url).toMatch(/^\/ingest\/key\?X-Amz-.*&partNumber=7&uploadId=id%2B%2F%3D&X-Amz-Signature=/);
  });
});

describe('the endpoint', () => {
  it.each([
    [{}, 'ingest.s3.eu-central-1.amazonaws.com', ''],
    [{ forcePathStyle: true }, 's3.eu-central-1.amazonaws.com', '/ingest'],
    [{ useDualstackEndpoint: true }, 'ingest.s3.dualstack.eu-central-1.amazonaws.com', ''],
    [{ useFipsEndpoint: true, region: 'us-gov-west-1' }, 'ingest.s3-fips.us-gov-west-1.amazonaws.com', ''],
    [{ region: 'cn-north-1' }, 'ingest.s3.cn-north-1.amazonaws.com.cn', ''],
    [{ endpoint: 'http://[::1]:9000/base', forcePathStyle: true }, '[::1]', '/base/ingest'],
  ])('is the one that the client finds: %j', async (config, hostname, basePath) => {
    const client = new S3Client({ region: 'eu-central-1', ...config });
    expect(await bucketEndpoint(client, 'ingest')).toMatchObject({ hostname, basePath });
  });

  it('is refused where SigV4 does not serve', async () => {
    const client = new S3Client({ region: 'us-east-1' });
    await expect(bucketEndpoint(client, 'ingest--use1-az4--x-s3')).rejects.toThrow('SCP_S3_CLIENT');
  });
});

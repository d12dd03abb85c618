import { once } from 'node:events';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../core/system-clock.ts';
import { DirectTransport } from '../../../../service/store/s3/direct-transport.ts';
import { type Attempt, ExpiringRequests } from '../../../../service/store/s3/expiring-requests.ts';
import { MultipartUpload } from '../../../../service/store/s3/multipart-upload.ts';
import { SdkTransport } from '../../../../service/store/s3/sdk-transport.ts';
import { StoreClock } from '../../../../service/store/s3/store-clock.ts';
import { Slab } from '../../../../service/store/slabs/slab.ts';
import { bodyOf } from '../../../../service/store/slabs/slab-body.ts';
import { type FaultyProxy, startFaultyProxy } from '../../../faults/faulty-proxy.ts';
import { clientOf, startLocal, temporaryFolder } from '../../../local/s3/local-server.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';

const WAITED_MS = 150;
const HELD_MS = 60_000;
const place = { bucket: 'ingest', key: 'key' };
const metadata = sampleMetadata(1);

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** An S3 that verifies signatures, behind something that can hold requests; both its clock and that are ours to move. */
let s3: Awaited<ReturnType<typeof heldS3>>;
async function heldS3() {
  const folder = await temporaryFolder();
  let aheadMs = 0;
  let requests = 0;
  /** Of those, what was not refused for its signature. */
  const taken: string[] = [];
  const server = await startLocal(folder.path, {
    clock: { nowMs: () => Date.now() + aheadMs },
    newId: () => `request-${++requests}`,
    faults: ({ operation }) => {
      taken.push(operation);
      return undefined;
    },
  });
  const proxy: FaultyProxy = await startFaultyProxy(server.port);
  const [near, far] = [clientOf(server.endpoint), clientOf(proxy.endpoint)];
  cleanUp.push(
    folder.remove,
    () => server.close(),
    proxy.close,
    () => near.destroy(),
    () => far.destroy(),
  );
  return {
    near,
    far,
    setClock: (ms: number) => {
      aheadMs = ms;
    },
    keys: async () =>
      (await near.send(new ListObjectsV2Command({ Bucket: 'ingest' }))).Contents?.map(({ Key }) => Key) ?? [],
    /** Holds what is sent until its sender has given it up, and delivers it then. @returns what S3 took of it */
    hold: async (send: (attempt: Attempt) => Promise<unknown>) => {
      proxy.change({ type: 'stalled' });
      const signal = AbortSignal.timeout(WAITED_MS);
      const ended = once(signal, 'abort');
      await expect(send({ signal, untilMs: systemClock.monotonicMs() + WAITED_MS })).rejects.toThrow();
      await ended;
      aheadMs = HELD_MS;
      const before = requests;
      taken.length = 0;
      proxy.change({ type: 'clear' });
      await expect.poll(() => requests).toBeGreaterThan(before);
      return [...taken];
    },
  };
}

beforeEach(async () => {
  s3 = await heldS3();
});

const requestsOf = () => new ExpiringRequests(s3.far, new StoreClock(systemClock));

function body() {
  const slab = new Slab(10);
  slab.fill(new Uint8Array(10));
  return bodyOf([slab]);
}

function transportOf(kind: 'direct' | 'sdk') {
  if (kind === 'sdk') return new SdkTransport(requestsOf());
  const transport = new DirectTransport({ requests: requestsOf(), maxSockets: 1, stallMs: 20_000 });
  cleanUp.push(() => transport.close());
  return transport;
}

const patient = (): Attempt => ({
  signal: new AbortController().signal,
  untilMs: systemClock.monotonicMs() + 20_000,
});

/** Begins an upload with one part, and answers the command that would complete it. */
async function begun() {
  const upload = await MultipartUpload.begin(s3.near, place, {}, patient().signal);
  const transport = new SdkTransport(new ExpiringRequests(s3.near, new StoreClock(systemClock)));
  const part = await transport.uploadPart(place, upload.uploadId, 1, body(), patient());
  const { bytes, crc32 } = body();
  const digest = { bytes, crc32: crc32.toString(16).padStart(8, '0') };
  return () => upload.completion([part], digest, { IfNoneMatch: '*' });
}

describe('a request that arrives when its sender has given it up', () => {
  it.each(['direct', 'sdk'] as const)('puts no object: %s', async (kind) => {
    const transport = transportOf(kind);
    expect(await s3.hold((attempt) => transport.putObject(place, metadata, body(), attempt))).toEqual([]);
    expect(await s3.keys()).toEqual([]);
  });

  it('completes no upload', async () => {
    const completion = await begun();
    expect(await s3.hold((attempt) => requestsOf().send(completion, place.bucket, attempt))).toEqual([]);
    expect(await s3.keys()).toEqual([]);
  });
});

describe('a request by a clock that is a minute behind', () => {
  it.each(['direct', 'sdk'] as const)('is sent again by the clock that S3 tells: %s', async (kind) => {
    s3.setClock(HELD_MS);
    await transportOf(kind).putObject(place, metadata, body(), patient());
    expect(await s3.keys()).toEqual([place.key]);
  });

  it('completes an upload so, too', async () => {
    const completion = await begun();
    s3.setClock(HELD_MS);
    await requestsOf().send(completion, place.bucket, patient());
    expect(await s3.keys()).toEqual([place.key]);
  });
});

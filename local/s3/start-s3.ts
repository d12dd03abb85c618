import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, Schedule } from '../../core/clock.ts';
import { errorBody } from './answer.ts';
import { Exchange } from './exchange.ts';
import { type FaultRule, Faults } from './fault.ts';
import { type ObjectCreatedEvent, objectCreatedEvent } from './object-created.ts';
import { isOutwardAddress, OutwardAddressError } from './outward-address.ts';
import { S3Error } from './s3-error.ts';
import { type Service, serve } from './serve.ts';
import { Storage } from './storage/storage.ts';
import type { Credentials } from './wire/authorize.ts';

export interface S3Options {
  /** The folder of the buckets. This server is the only writer of it while it runs. */
  readonly root: string;
  /** A loopback address: this server protects nothing from a network. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** 'any' verifies no signature at all. */
  readonly credentials: readonly Credentials[] | 'any';
  /** One more address, for callers that are not processes of this machine. They must know credentials of their own. */
  readonly outward?: OutwardDoor | undefined;
  readonly region: string;
  readonly accountId?: string;
  /** Made if they are not there. */
  readonly buckets: readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly schedule: Schedule;
  /** Unique names of [A-Za-z0-9_-]. */
  readonly newId: () => string;
  /** Called for every object once it is durable, before the answer; what it throws becomes the answer's error. */
  readonly onEvent?: (event: ObjectCreatedEvent) => void;
  readonly faults?: FaultRule;
}

export interface OutwardDoor {
  /** An address of a private network, such as that of a bridge that containers are on. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly credentials: Credentials;
}

export interface S3Server {
  readonly endpoint: string;
  /** The endpoint of the outward address, if there is one. */
  readonly outwardEndpoint: string | undefined;
  readonly port: number;
  /** Emits the "Object Created" event of every object below `prefix` again. Gives their number. */
  readonly redeliver: (bucket: string, prefix: string) => Promise<number>;
  /** Breaks off every connection and waits until nothing writes to the folder any more. */
  readonly close: () => Promise<void>;
}

const loopback = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

/**
 * Starts an S3 server over a folder.
 * @throws TypeError for an address that is not loopback
 * @throws OutwardAddressError for an outward one that is not of a private network
 */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { host = '127.0.0.1', accountId = '000000000000', onEvent = () => undefined, faults } = options;
  if (!loopback.test(host)) throw new TypeError(`This S3 server binds to loopback only, not to ${host}.`);
  const { outward } = options;
  if (outward !== undefined && !isOutwardAddress(outward.host)) {
    throw new OutwardAddressError(outward.host);
  }
  const storage = await Storage.open(options.root, options.clock);
  for (const bucket of options.buckets) await storage.createBucket(bucket);
  const { credentials, region, clock, schedule, newId } = options;
  const service: Service = {
    storage,
    credentials,
    region,
    accountId,
    clock,
    schedule,
    newId,
    onEvent,
    faults: faults === undefined ? undefined : new Faults(faults),
  };
  const underWay = new Set<Promise<void>>();
  const take = (by: Service, awaitsContinue: boolean) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const served = serve(by, new Exchange(incoming, outgoing, awaitsContinue)).finally(() => underWay.delete(served));
    underWay.add(served);
  };
  const open = async (by: Service, at: { readonly host: string; readonly port: number }): Promise<OpenDoor> => {
    // A large object may take longer than Node's five minutes; an idle connection is the client's to reuse.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 });
    server.on('request', take(by, false)).on('checkContinue', take(by, true)).on('clientError', answerMalformed);
    server.listen(at.port, at.host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { server, port, endpoint: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}` };
  };
  const inner = await open(service, { host, port: options.port });
  const outer = outward && (await open({ ...service, credentials: [outward.credentials] }, outward));
  return {
    endpoint: inner.endpoint,
    port: inner.port,
    outwardEndpoint: outer?.endpoint,
    redeliver: (bucket, prefix) => redeliver(service, bucket, prefix),
    close: async () => {
      await Promise.all([inner, ...(outer === undefined ? [] : [outer])].map(({ server }) => closeServer(server)));
      await Promise.all(underWay);
    },
  };
}

interface OpenDoor {
  readonly server: Server;
  readonly port: number;
  readonly endpoint: string;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function redeliver(service: Service, bucket: string, prefix: string): Promise<number> {
  const folder = service.storage.bucket(bucket);
  const keys = folder.sortedKeys.filter((key) => key.startsWith(prefix));
  let delivered = 0;
  for (const key of keys) {
    const record = await folder.head(key);
    if (record === undefined) continue;
    const { sizeBytes, etag, lastModifiedMs } = record;
    const reason = etag.includes('-') ? 'CompleteMultipartUpload' : 'PutObject';
    const { accountId, region } = service;
    const ids = { requestId: service.newId(), sourceIp: '127.0.0.1' };
    const creation = { bucket, key, sizeBytes, etag, lastModifiedMs, reason, ...ids } as const;
    service.onEvent(objectCreatedEvent(creation, { eventId: service.newId(), accountId, region }));
    delivered += 1;
  }
  return delivered;
}

// Node's parser gave up: the client closed its half in mid-body, or does not speak HTTP.
function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const told =
    error.code === 'HPE_INVALID_EOF_STATE'
      ? new S3Error(
          'IncompleteBody',
          'You did not provide the number of bytes specified by the Content-Length HTTP header.',
        )
      : new S3Error('InvalidRequest', 'The request is not well-formed HTTP.');
  const body = errorBody(told, '', '');
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/xml',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

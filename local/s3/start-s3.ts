import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, Schedule } from '../../core/clock.ts';
import { errorBody } from './answer.ts';
import { Exchange } from './exchange.ts';
import { type FaultRule, Faults } from './fault.ts';
import { type ObjectCreatedEvent, objectCreatedEvent } from './object-created.ts';
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

export interface S3Server {
  readonly endpoint: string;
  readonly port: number;
  /** Emits the "Object Created" event of every object below `prefix` again. Gives their number. */
  readonly redeliver: (bucket: string, prefix: string) => Promise<number>;
  /** Breaks off every connection and waits until nothing writes to the folder any more. */
  readonly close: () => Promise<void>;
}

const loopback = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

/** Starts an S3 server over a folder. Throws for an address that is not loopback. */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { host = '127.0.0.1', accountId = '000000000000', onEvent = () => undefined, faults } = options;
  if (!loopback.test(host)) throw new TypeError(`This S3 server binds to loopback only, not to ${host}.`);
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
  const take = (awaitsContinue: boolean) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const served = serve(service, new Exchange(incoming, outgoing, awaitsContinue)).finally(() =>
      underWay.delete(served),
    );
    underWay.add(served);
  };
  // A large object may take longer than Node's five minutes; an idle connection is the client's to reuse.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 });
  server.on('request', take(false)).on('checkContinue', take(true)).on('clientError', answerMalformed);
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    redeliver: (bucket, prefix) => redeliver(service, bucket, prefix),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(underWay);
    },
  };
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

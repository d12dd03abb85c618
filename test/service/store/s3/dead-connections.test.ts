import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../core/system-clock.ts';
import { DirectTransport } from '../../../../service/store/s3/direct-transport.ts';
import { ExpiringRequests } from '../../../../service/store/s3/expiring-requests.ts';
import { patientClient } from '../../../../service/store/s3/patient-client.ts';
import { S3Store } from '../../../../service/store/s3/s3-store.ts';
import { StoreClock } from '../../../../service/store/s3/store-clock.ts';
import { localCredentials, region, startLocal, temporaryFolder } from '../../../local/s3/local-server.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';

/** Two stalls fit into the deadline, and no third. */
const DEADLINE_MS = 3_000;
const STALL_MS = 1_200;
const CONNECTIONS = 4;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Forwards to a port, and can forget every connection that there is, as a NAT does: nobody is told. */
async function startForgetful(port: number) {
  const sockets = new Set<Socket>();
  const forgotten = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1' });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from.on('error', () => from.destroy()));
      from.on('data', (bytes) => forgotten.has(from) || to.write(bytes));
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forget: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

let store: S3Store;
let network: Awaited<ReturnType<typeof startForgetful>>;
beforeEach(async () => {
  const folder = await temporaryFolder();
  const server = await startLocal(folder.path);
  network = await startForgetful(server.port);
  const connections = { maxSockets: 2 * CONNECTIONS, stallMs: STALL_MS };
  const client = patientClient(
    { endpoint: network.endpoint, region, forcePathStyle: true, credentials: localCredentials },
    connections,
  );
  const requests = new ExpiringRequests(client, new StoreClock(systemClock));
  const transport = new DirectTransport({ requests, ...connections });
  const { nowMs } = systemClock;
  store = new S3Store({ client, bucket: 'ingest', keyPrefix: '', deadlineMs: DEADLINE_MS, nowMs, transport, requests });
  cleanUp.push(
    folder.remove,
    () => server.close(),
    () => network.close(),
    () => client.destroy(),
    () => transport.close(),
  );
});

const everywhere = (task: (at: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => task(at)));

async function keep(key: string): Promise<void> {
  const writer = store.create(key, sampleMetadata(1));
  writer.write(new Uint8Array(1_000));
  await writer.commit();
}

describe('connections that are dead without a word', () => {
  it('do not keep a manifest from being written', async () => {
    await everywhere((at) => store.putIfAbsent(`before-${at}`, new Uint8Array(1)));
    network.forget();
    expect(await store.putIfAbsent('manifest', new Uint8Array(1))).toBe('created');
  });

  it('do not keep an instance from being stored', async () => {
    await everywhere((at) => keep(`before-${at}`));
    network.forget();
    await keep('instance');
    expect(await store.head('instance')).toMatchObject({ bytes: 1_000 });
  });
});

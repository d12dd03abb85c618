import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { PeerListener } from '../../../core/peers.ts';
import type { DialAnswer } from '../../../service/commitment/report.ts';
import { encodePdu } from '../../../service/dicom/pdu/encode.ts';
import { dialPeer } from '../../../service/net/dial-peer.ts';
import { tlsProfiles } from '../../../service/net/tls-profiles.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const request = {
  calledAeTitle: 'CT1',
  callingAeTitle: 'STORESCP',
  sopClassUid: '1.2.840.10008.1.20.1',
  sopInstanceUid: '1.2.840.10008.1.20.1.1',
  eventTypeId: 1,
  transferSyntaxUids: ['1.2.840.10008.1.2'],
  encode: () => new Uint8Array(10),
};

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function dial(listener: PeerListener, clock: FakeClock, ca?: Buffer): Promise<DialAnswer> {
  const implementation = { maxPduBytes: 131_072, implementationClassUid: '2.25.1', implementationVersionName: 'TEST' };
  const tls = () => ({ ...tlsProfiles.bcp195, ...(ca === undefined ? {} : { ca }) });
  return dialPeer({ implementation, tls, closeTimeoutMs: 500, schedule: clock.schedule })(listener, request, 10_000);
}

/** A peer that does nothing but what it is told, and its side of the connection. */
async function silentPeer() {
  const connected = Promise.withResolvers<Socket>();
  const port = await portOf(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      connected.resolve(socket);
    }),
  );
  return { listener: { host: '127.0.0.1', port }, connected: connected.promise };
}

describe('an association to a peer', () => {
  it('that nobody listens for cannot be had', async () => {
    const port = await freePort();
    const answer = await dial({ host: '127.0.0.1', port }, new FakeClock());
    expect(answer).toEqual({ kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  it('is given up with a peer that says nothing, and its connection is gone', async () => {
    const clock = new FakeClock();
    const { listener, connected } = await silentPeer();
    const answer = dial(listener, clock);
    const peer = await connected;
    await once(peer, 'data');
    await clock.advance(9_999);
    expect(peer.destroyed).toBe(false);
    const closed = once(peer, 'close');
    await clock.advance(1);
    expect(await answer).toEqual({ kind: 'timeout' });
    peer.resume();
    peer.end();
    await closed;
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('is closed in time when the peer rejects and then does not close', async () => {
    const clock = new FakeClock();
    const { listener, connected } = await silentPeer();
    const answer = dial(listener, clock);
    const peer = await connected;
    await once(peer, 'data');
    peer.write(encodePdu({ type: 'associate-rj', result: 1, source: 1, reason: 3 }));
    expect(await answer).toEqual({ kind: 'rejected', rejection: { result: 1, source: 1, reason: 3 } });
    const ended = once(peer, 'end');
    peer.resume();
    await ended;
    await clock.advance(500);
    expect(clock.nextTaskMs).toBeUndefined();
  });

  it('ends with a peer that hangs up', async () => {
    const { listener, connected } = await silentPeer();
    const answer = dial(listener, new FakeClock());
    (await connected).destroy();
    expect(await answer).toMatchObject({ kind: 'unreachable' });
  });
});

describe('an association with TLS', () => {
  it('is for a peer whose certificate is of our authority and names it', async () => {
    const folder = await temporaryFolder();
    ends.push(folder.remove);
    const authority = await makeCertificate(folder.path, 'ca', { commonName: 'CA' });
    const holder = { commonName: 'ct1', dnsNames: ['ct1.hospital.example'], issuer: authority };
    const { keyFile, certificateFile } = await makeCertificate(folder.path, 'ct1', holder);
    const [key, cert, ca] = await Promise.all(
      [keyFile, certificateFile, authority.certificateFile].map((p) => readFile(p)),
    );
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.on('error', () => undefined);
      socket.end(encodePdu({ type: 'associate-rj', result: 1, source: 1, reason: 3 }));
    });
    server.on('tlsClientError', () => undefined);
    const port = await portOf(server);
    const at = (tls: PeerListener['tls'], authorities: Buffer | undefined) =>
      dial({ host: '127.0.0.1', port, tls }, new FakeClock(), authorities);
    expect(await at(true, ca)).toMatchObject({ kind: 'rejected' });
    expect(await at({ serverName: 'ct1.hospital.example' }, ca)).toMatchObject({ kind: 'rejected' });
    const unnamed = await at({ serverName: 'ct2.hospital.example' }, ca);
    expect(unnamed).toEqual({ kind: 'unreachable', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(await at(true, undefined)).toMatchObject({ kind: 'unreachable' });
    expect(await at(false, ca)).toMatchObject({ kind: 'unreachable' });
  });
});

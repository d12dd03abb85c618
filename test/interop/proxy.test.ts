import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { ctInstances } from '../support/instances.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** A header for a connection from this IPv4 address. */
function proxyHeader(address: string): Buffer {
  const addresses = [...address.split('.').map(Number), 10, 0, 10, 5, 0xc3, 0x50, 0x2b, 0x68];
  return Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, addresses.length, ...addresses])]);
}
const localHeader = Buffer.concat([signature, Buffer.from([0x20, 0, 0, 0])]);

let folder: string;
let service: ListeningService;
let tlsPort: number;
let adminPort: number;

/** Starts one service for all tests of a group; each test begins with an empty log. */
function serve(balancers: string): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxy-'));
    const peersFile = join(folder, 'peers.json');
    await writeFile(peersFile, JSON.stringify({ peers: [{ aeTitle: 'CT1', addresses: ['203.0.113.0/24'] }] }));
    const { keyFile, certificateFile } = await makeCertificate(folder, 'scp', { commonName: 'scp' });
    service = await ServiceProcess.start({
      SCP_FOLDER: folder,
      SCP_PROXY_PROTOCOL_FROM: balancers,
      SCP_PEERS_FILE: peersFile,
      SCP_TLS_PORT: '0',
      SCP_TLS_KEY_FILE: keyFile,
      SCP_TLS_CERTIFICATE_FILE: certificateFile,
    });
    const listening = await service.logged('service-listening');
    [tlsPort, adminPort] = [Number(listening.tlsPort), Number(listening.adminPort)];
  });
  beforeEach(() => {
    service.log.splice(0);
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });
}

/** Resolves when the service has closed the connection. */
const closed = (socket: Socket) => new Promise((resolve) => socket.resume().on('close', resolve));

async function dial(port = service.port): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const [instance] = ctInstances(1);

describe('behind a load balancer', () => {
  serve('10.255.0.0/16, 127.0.0.0/8');

  it('the true address is logged, and judged by', async () => {
    const from = async (address: string) => {
      const socket = await dial();
      socket.write(proxyHeader(address));
      return StoreScu.associate({ port: service.port, socket, callingAeTitle: 'CT1', ...instance });
    };
    await expect(from('198.51.100.9')).rejects.toThrow('associate-rj');
    expect(await service.logged('association-rejected')).toMatchObject({
      peer: '198.51.100.9',
      because: 'peer-address',
    });
    const scu = await from('203.0.113.7');
    expect(await scu.store(instance)).toBe(0);
    await scu.release();
    expect(await service.logged('association-ended')).toMatchObject({ peer: '203.0.113.7', how: 'released' });
  });

  it('the header may come byte by byte', async () => {
    const socket = await dial();
    for (const byte of proxyHeader('203.0.113.7')) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const scu = await StoreScu.associate({ port: service.port, socket, ...instance });
    expect(await scu.store(instance)).toBe(0);
    await scu.release();
  });

  it('the header comes before TLS', async () => {
    const socket = await dial(tlsPort);
    socket.write(proxyHeader('203.0.113.7'));
    const secure = connectTls({ socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    const scu = await StoreScu.associate({ port: service.port, socket: secure, ...instance });
    expect(await scu.store(instance)).toBe(0);
    await scu.release();
    expect(await service.logged('association-accepted')).toMatchObject({ peer: '203.0.113.7', tls: 'TLSv1.3' });
  });

  it('a health check is closed without a word', async () => {
    const socket = await dial();
    socket.write(localHeader);
    await closed(socket);
    expect(await service.logged('connection-closed-early')).toMatchObject({ how: 'health-check', level: 'debug' });
  });

  it.each([
    ['is missing', Buffer.from('0100000000ca0001', 'hex'), { reason: 'proxy-header-missing' }],
    [
      'is broken',
      Buffer.concat([signature, Buffer.from([0x31, 0x11, 0, 12])]),
      { reason: 'proxy-header-invalid', code: 'version-unknown' },
    ],
    [
      'comes twice',
      Buffer.concat([proxyHeader('203.0.113.7'), proxyHeader('198.51.100.9')]),
      { reason: 'proxy-header-unexpected', peer: '203.0.113.7' },
    ],
  ])('a connection is refused whose header %s', async (_, bytes, refusal) => {
    const socket = await dial();
    socket.write(bytes);
    await closed(socket);
    expect(await service.logged('connection-refused')).toMatchObject(refusal);
  });

  it.each([
    ['with the header', [localHeader]],
    ['with the header of a client', [proxyHeader('203.0.113.7')]],
    ['without it', []],
  ])('HTTP health checks are answered %s', async (_, header) => {
    const socket = await dial(adminPort);
    socket.write(
      Buffer.concat([...header, Buffer.from('GET /readyz HTTP/1.1\r\nhost: scp\r\nconnection: close\r\n\r\n')]),
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('without a load balancer', () => {
  serve('10.255.0.0/16');

  it('a header is refused from anybody', async () => {
    const socket = await dial();
    socket.write(proxyHeader('203.0.113.7'));
    await closed(socket);
    expect(await service.logged('connection-refused')).toMatchObject({
      reason: 'proxy-header-unexpected',
      peer: '127.0.0.1',
    });
  });
});

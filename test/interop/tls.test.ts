import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate, replaceFiles, type TestCertificate } from '../support/certificates.ts';
import { ctInstances } from '../support/instances.ts';
import { run } from '../support/run-command.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

let certificates: string;
let ca: TestCertificate;
let server: TestCertificate;
let ct1: TestCertificate;
let stranger: TestCertificate;
beforeAll(async () => {
  certificates = await mkdtemp(join(tmpdir(), 'tls-certificates-'));
  ca = await makeCertificate(certificates, 'ca', { commonName: 'Test CA' });
  server = await makeCertificate(certificates, 'server', { commonName: 'scp', issuer: ca });
  ct1 = await makeCertificate(certificates, 'ct1', { commonName: 'ct1', dnsNames: ['ct1.example'], issuer: ca });
  stranger = await makeCertificate(certificates, 'stranger', { commonName: 'ct1' });
});
afterAll(() => rm(certificates, { recursive: true }));

let folder: string;
let service: ServiceProcess & { port: number };
let tlsPort: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  service = await ServiceProcess.start({
    SCP_FOLDER: folder,
    SCP_TLS_PORT: '0',
    SCP_TLS_KEY_FILE: server.keyFile,
    SCP_TLS_CERTIFICATE_FILE: server.certificateFile,
    ...settings,
  });
  tlsPort = Number((await service.logged('service-listening')).tlsPort);
}

const echo = (...args: string[]) => run('echoscu', ['-v', '-aec', 'STORESCP', ...args, '127.0.0.1', String(tlsPort)]);
const anonymous = ['--anonymous-tls', '--add-cert-file'];
const as = ({ keyFile, certificateFile }: TestCertificate) => ['--enable-tls', keyFile, certificateFile];
const trusting = () => ['--add-cert-file', ca.certificateFile];

async function dial(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port: tlsPort, host: '127.0.0.1', ca: await readFile(ca.certificateFile), ...options });
  await once(socket, 'secureConnect');
  return socket;
}

describe('TLS', () => {
  it.each([
    ['--profile-bcp195', 'bcp195'],
    ['--profile-bcp195-nd', 'bcp195'],
    ['--profile-bcp195-ex', 'bcp195'],
    ['--profile-bcp195-nd', 'bcp195-modified'],
    ['--profile-bcp195-ex', 'bcp195-modified'],
  ])('is spoken with DCMTK in %s by %s, without a certificate of the client', async (option, profile) => {
    await start({ SCP_TLS_PROFILE: profile });
    expect(await echo(...anonymous, ca.certificateFile, option)).toMatchObject({ code: 0 });
    expect(await service.logged('association-accepted')).toMatchObject({ tls: 'TLSv1.2' });
  });

  it('refuses what the retired profiles of DCMTK offer, and names why', async () => {
    await start();
    const { code } = await echo(
      ...anonymous,
      ca.certificateFile,
      '--profile-aes',
      '+cs',
      'TLS_RSA_WITH_AES_128_CBC_SHA',
    );
    expect(code).toBe(0);
    await expect(dial({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow();
    expect(await service.logged('connection-refused')).toMatchObject({
      reason: 'tls-handshake-failed',
      code: 'ERR_SSL_NO_SHARED_CIPHER',
    });
  });

  it('prefers TLS 1.3, and the best suite of both', async () => {
    await start();
    const socket = await dial();
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(socket.getCipher().standardName).toBe('TLS_AES_256_GCM_SHA384');
    socket.destroy();
    const old = await dial({
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384',
    });
    expect(old.getCipher().name).toBe('ECDHE-RSA-AES256-GCM-SHA384');
    old.destroy();
  });

  it('keeps X25519 to the profile that allows it', async () => {
    await start({ SCP_TLS_PROFILE: 'bcp195-modified' });
    await expect(dial({ ecdhCurve: 'X25519' })).rejects.toThrow();
    const socket = await dial({ ecdhCurve: 'P-256' });
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'prime256v1', size: 256 });
    socket.destroy();
  });

  it('stores what a client sends through it', async () => {
    await start();
    const [instance] = ctInstances(1);
    const scu = await StoreScu.associate({ port: tlsPort, socket: await dial(), ...instance });
    expect(await scu.store(instance)).toBe(0);
    await scu.release();
    expect(await service.logged('instance-stored')).toMatchObject({ outcome: 'kept' });
  });

  it('can be all there is', async () => {
    await start({ SCP_PLAIN: 'false' });
    expect((await service.logged('service-listening')).port).toBeUndefined();
    expect(await echo(...anonymous, ca.certificateFile)).toMatchObject({ code: 0 });
  });
});

describe('a client’s certificate', () => {
  const mutual = (clientCertificate: string) =>
    start({ SCP_TLS_CLIENT_CERTIFICATE: clientCertificate, SCP_TLS_CLIENT_CA_FILE: ca.certificateFile });

  it('is verified, and named in the log', async () => {
    await mutual('require');
    expect(await echo(...as(ct1), ...trusting())).toMatchObject({ code: 0 });
    expect(await service.logged('association-accepted')).toMatchObject({ certificate: 'ct1' });
  });

  it('is missed when it is required', async () => {
    await mutual('require');
    expect((await echo(...anonymous, ca.certificateFile)).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'client-certificate-missing' });
  });

  it.each(['request', 'require'])('of nobody that we trust is refused: %s', async (clientCertificate) => {
    await mutual(clientCertificate);
    expect((await echo(...as(stranger), ...trusting())).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({
      reason: 'client-certificate-invalid',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('is not needed when it is only requested', async () => {
    await mutual('request');
    expect(await echo(...anonymous, ca.certificateFile)).toMatchObject({ code: 0 });
  });

  it('is bound to AE titles by the list of peers', async () => {
    const peersFile = join(folder, 'peers.json');
    await writeFile(
      peersFile,
      JSON.stringify({
        peers: [
          { aeTitle: 'CT1', certificate: { commonName: 'ct1', dnsName: 'ct1.example' } },
          { aeTitle: 'MR1', certificate: { sha256: [stranger.sha256] } },
        ],
      }),
    );
    await start({
      SCP_TLS_CLIENT_CERTIFICATE: 'request',
      SCP_TLS_CLIENT_CA_FILE: ca.certificateFile,
      SCP_PEERS_FILE: peersFile,
    });
    expect((await echo('-aet', 'CT1', ...as(ct1), ...trusting())).code).toBe(0);
    const impostor = await echo('-aet', 'MR1', ...as(ct1), ...trusting());
    expect(impostor.output).toContain('Calling AE Title Not Recognized');
    const anonymousCt1 = await echo('-aet', 'CT1', ...anonymous, ca.certificateFile);
    expect(anonymousCt1.output).toContain('Calling AE Title Not Recognized');
    expect(await service.logged('association-rejected')).toMatchObject({ because: 'peer-certificate' });
  });
});

describe('the wrong protocol for the port', () => {
  it('is noticed when it is plain DICOM where TLS is spoken', async () => {
    await start();
    expect((await echo()).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'plain-dicom-on-tls-port' });
  });

  it('is noticed when it is TLS where plain DICOM is spoken', async () => {
    await start();
    tlsPort = service.port;
    expect((await echo(...anonymous, ca.certificateFile)).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'tls-on-plain-port' });
  });

  it('is noticed when it is something else', async () => {
    await start();
    const socket = connectPlain(tlsPort, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'not-tls' });
  });
});

describe('a new certificate', () => {
  let own: TestCertificate;
  beforeEach(async () => {
    own = await makeCertificate(folder, 'own', { commonName: 'old', issuer: ca });
  });
  const startOwn = () =>
    start({
      SCP_TLS_KEY_FILE: own.keyFile,
      SCP_TLS_CERTIFICATE_FILE: own.certificateFile,
      SCP_RELOAD_INTERVAL_MS: '100',
    });
  const shown = async () => {
    const socket = await dial();
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  };

  it('is shown from the next handshake on, and leaves live associations alone', async () => {
    await startOwn();
    const [first, second] = ctInstances(2);
    const scu = await StoreScu.associate({ port: tlsPort, socket: await dial(), ...first });
    expect(await scu.store(first)).toBe(0);
    expect(await shown()).toBe('old');
    const next = await makeCertificate(folder, 'next', { commonName: 'new', issuer: ca });
    await replaceFiles(own, next);
    await service.logged('tls-loaded', ({ sha256 }) => sha256 === next.sha256);
    expect(await shown()).toBe('new');
    expect(await scu.store(second)).toBe(0);
    await scu.release();
  });

  it('that does not fit its key is reported, and the old one stays', async () => {
    await startOwn();
    await writeFile(own.certificateFile, await readFile(ct1.certificateFile));
    const failure = await service.logged('reload-failed');
    expect(failure).toMatchObject({ what: 'tls', level: 'error' });
    expect(failure.detail).toContain('key values mismatch');
    expect(await shown()).toBe('old');
  });

  it('is looked for at once on SIGHUP', async () => {
    await start({ SCP_TLS_KEY_FILE: own.keyFile, SCP_TLS_CERTIFICATE_FILE: own.certificateFile });
    const next = await makeCertificate(folder, 'next', { commonName: 'new', issuer: ca });
    await replaceFiles(own, next);
    service.child.kill('SIGHUP');
    await service.logged('tls-loaded', ({ sha256 }) => sha256 === next.sha256);
    expect(await shown()).toBe('new');
  });

  it('has its expiry in the metrics', async () => {
    await startOwn();
    const { adminPort, expiresAtMs } = {
      ...(await service.logged('tls-loaded')),
      ...(await service.logged('service-listening')),
    };
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toContain(`dicom_store_scp_certificate_expiry_timestamp_seconds ${Number(expiresAtMs) / 1000}`);
  });
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate, replaceFiles, type TestCertificate } from '../support/certificates.ts';
import { ctInstances } from '../support/instances.ts';
import { run } from '../support/run-command.ts';
import { type ListeningService, ServiceProcess } from '../support/service-process.ts';
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

let service: ListeningService;
let tlsPort: number;

/** Starts one service for all tests of a group; each test begins with an empty log. */
function serve(settings: () => Readonly<Record<string, string>>): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    service = await ServiceProcess.start({
      SCP_FOLDER: folder,
      SCP_TLS_PORT: '0',
      SCP_TLS_KEY_FILE: server.keyFile,
      SCP_TLS_CERTIFICATE_FILE: server.certificateFile,
      ...settings(),
    });
    tlsPort = Number((await service.logged('service-listening')).tlsPort);
  });
  beforeEach(() => {
    service.log.splice(0);
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });
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

/** Whose certificate the service shows now. */
async function shown(): Promise<string | string[] | undefined> {
  const socket = await dial();
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

describe('TLS by profile bcp195', () => {
  let own: TestCertificate;
  beforeAll(async () => {
    own = await makeCertificate(certificates, 'own', { commonName: 'old', issuer: ca });
  });
  serve(() => ({
    SCP_TLS_KEY_FILE: own.keyFile,
    SCP_TLS_CERTIFICATE_FILE: own.certificateFile,
    SCP_RELOAD_INTERVAL_MS: '100',
  }));

  it.each([
    ['--profile-bcp195', 'TLSv1.3'],
    ['--profile-bcp195-nd', 'TLSv1.3'],
    ['--profile-bcp195-ex', 'TLSv1.2'],
  ])('is spoken with DCMTK in %s, as %s', async (option, tls) => {
    expect(await echo(...anonymous, ca.certificateFile, option)).toMatchObject({ code: 0 });
    expect(await service.logged('association-accepted')).toMatchObject({ tls });
  });

  it('refuses what the retired AES profile of DCMTK offers, and names why', async () => {
    expect((await echo(...anonymous, ca.certificateFile, '--profile-aes')).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({
      reason: 'tls-handshake-failed',
      code: 'ERR_SSL_NO_SHARED_CIPHER',
    });
  });

  it('prefers TLS 1.3, and the best suite of both', async () => {
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

  it('notices plain DICOM where TLS is spoken', async () => {
    expect((await echo()).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'plain-dicom-on-tls-port' });
  });

  it('notices TLS where plain DICOM is spoken', async () => {
    await expect(dial({ port: service.port })).rejects.toThrow();
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'tls-on-plain-port' });
  });

  it('notices what is neither', async () => {
    const socket = connectPlain(tlsPort, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.resume().on('close', resolve));
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'not-tls' });
  });

  it('shows a new certificate from the next handshake on, and leaves live associations alone', async () => {
    const [first, second] = ctInstances(2);
    const scu = await StoreScu.associate({ port: tlsPort, socket: await dial(), ...first });
    expect(await scu.store(first)).toBe(0);
    expect(await shown()).toBe('old');
    const next = await makeCertificate(certificates, 'next', { commonName: 'new', issuer: ca });
    await replaceFiles(own, next);
    await service.logged('tls-loaded', ({ sha256 }) => sha256 === next.sha256);
    expect(await shown()).toBe('new');
    expect(await scu.store(second)).toBe(0);
    await scu.release();
  });

  it('reports a certificate that does not fit its key, and keeps the old one', async () => {
    await writeFile(own.certificateFile, await readFile(ct1.certificateFile));
    const failure = await service.logged('reload-failed', ({ detail }) => /mismatch/.test(String(detail)));
    expect(failure).toMatchObject({ what: 'tls', level: 'error' });
    expect(await shown()).toBe('new');
  });
});

describe('TLS by profile bcp195-modified, and nothing else', () => {
  serve(() => ({ SCP_TLS_PROFILE: 'bcp195-modified', SCP_PLAIN: 'false' }));

  it.each(['--profile-bcp195-nd', '--profile-bcp195-ex'])('is spoken with DCMTK in %s', async (option) => {
    expect(await echo(...anonymous, ca.certificateFile, option)).toMatchObject({ code: 0 });
  });

  it('exchanges no keys by X25519', async () => {
    await expect(dial({ ecdhCurve: 'X25519' })).rejects.toThrow();
    const socket = await dial({ ecdhCurve: 'P-256' });
    expect(socket.getEphemeralKeyInfo()).toMatchObject({ name: 'prime256v1', size: 256 });
    socket.destroy();
  });

  it('looks for a new certificate at once on SIGHUP, and has its expiry in the metrics', async () => {
    const next = await makeCertificate(certificates, 'renewed', { commonName: 'renewed', issuer: ca, days: 9 });
    await replaceFiles(server, next);
    service.child.kill('SIGHUP');
    const { expiresAtMs } = await service.logged('tls-loaded', ({ sha256 }) => sha256 === next.sha256);
    expect(await shown()).toBe('renewed');
    const metrics = await (await fetch(`http://127.0.0.1:${service.adminPort}/metrics`)).text();
    expect(metrics).toContain(`dicom_store_scp_certificate_expiry_timestamp_seconds ${Number(expiresAtMs) / 1000}`);
  });
});

describe('a certificate of the client that is required', () => {
  serve(() => ({ SCP_TLS_CLIENT_CERTIFICATE: 'require', SCP_TLS_CLIENT_CA_FILE: ca.certificateFile }));

  it('is verified, and named in the log', async () => {
    expect(await echo(...as(ct1), ...trusting())).toMatchObject({ code: 0 });
    expect(await service.logged('association-accepted')).toMatchObject({ certificate: 'ct1' });
  });

  it('is missed', async () => {
    expect((await echo(...anonymous, ca.certificateFile)).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'client-certificate-missing' });
  });

  it('is refused when it is of nobody that we trust', async () => {
    expect((await echo(...as(stranger), ...trusting())).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({
      reason: 'client-certificate-invalid',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});

describe('a certificate of the client that is requested', () => {
  serve(() => {
    const peersFile = join(certificates, 'peers.json');
    const peers = [
      { aeTitle: 'CT1', certificate: { commonName: 'ct1', dnsName: 'ct1.example' } },
      { aeTitle: 'MR1', certificate: { sha256: [stranger.sha256] } },
    ];
    writeFileSync(peersFile, JSON.stringify({ peers }));
    return {
      SCP_TLS_CLIENT_CERTIFICATE: 'request',
      SCP_TLS_CLIENT_CA_FILE: ca.certificateFile,
      SCP_PEERS_FILE: peersFile,
    };
  });

  it('may be absent, but must be valid', async () => {
    expect(await echo(...anonymous, ca.certificateFile)).toMatchObject({ code: 0 });
    expect((await echo(...as(stranger), ...trusting())).code).not.toBe(0);
    expect(await service.logged('connection-refused')).toMatchObject({ reason: 'client-certificate-invalid' });
  });

  it('is bound to AE titles by the list of peers', async () => {
    expect((await echo('-aet', 'CT1', ...as(ct1), ...trusting())).code).toBe(0);
    const impostor = await echo('-aet', 'MR1', ...as(ct1), ...trusting());
    expect(impostor.output).toContain('Calling AE Title Not Recognized');
    const anonymousCt1 = await echo('-aet', 'CT1', ...anonymous, ca.certificateFile);
    expect(anonymousCt1.output).toContain('Calling AE Title Not Recognized');
    expect(await service.logged('association-rejected')).toMatchObject({ because: 'peer-certificate' });
  });
});

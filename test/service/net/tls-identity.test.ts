import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFacts } from '../../../service/net/peer-facts.ts';
import { loadTlsIdentity } from '../../../service/net/tls-identity.ts';
import { makeCertificate, type TestCertificate } from '../../support/certificates.ts';

const DAY_MS = 86_400_000;

let folder: string;
let own: TestCertificate;
let other: TestCertificate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  own = await makeCertificate(folder, 'own', {
    commonName: 'scp',
    dnsNames: ['scp.example', 'b.example'],
    keyType: 'ec',
  });
  other = await makeCertificate(folder, 'other', { commonName: 'other', keyType: 'ec' });
});
afterAll(() => rm(folder, { recursive: true }));

const load = (files: Partial<TestCertificate> & { clientCaFile?: string } = {}, nowMs = Date.now()) =>
  loadTlsIdentity({ ...own, clientCaFile: undefined, ...files }, nowMs);

describe('loadTlsIdentity', () => {
  it('reads what belongs together', async () => {
    const identity = await load({ clientCaFile: other.certificateFile });
    expect(identity.sha256).toBe(own.sha256);
    expect(identity.expiresAtMs - Date.now()).toBeGreaterThan(29 * DAY_MS);
    expect(identity.credentials.ca).toEqual(await readFile(other.certificateFile));
  });

  it('refuses a key of another certificate', async () => {
    await expect(load({ keyFile: other.keyFile })).rejects.toThrow(/key values mismatch/);
  });

  it('refuses a certificate that has expired', async () => {
    await expect(load({}, Date.now() + 31 * DAY_MS)).rejects.toThrow(/has expired on/);
  });

  it.each(['', 'no PEM at all'])('refuses a file of %j', async (text) => {
    const certificateFile = join(folder, 'broken.pem');
    await writeFile(certificateFile, text);
    await expect(load({ certificateFile })).rejects.toMatchObject({ code: 'TLS_IDENTITY_INVALID' });
  });

  it('refuses a file that is not there', async () => {
    await expect(load({ clientCaFile: join(folder, 'absent.pem') })).rejects.toThrow(/ENOENT/);
  });
});

describe('certificateFacts', () => {
  it('are the names and the fingerprint', async () => {
    expect(certificateFacts(new X509Certificate(await readFile(own.certificateFile)))).toEqual({
      commonName: 'scp',
      dnsNames: ['scp.example', 'b.example'],
      sha256: own.sha256,
    });
  });

  it('take no name that is made to look like another', async () => {
    const { certificateFile } = await makeCertificate(folder, 'two', { commonName: 'ct1/CN=ct2' });
    const facts = certificateFacts(new X509Certificate(await readFile(certificateFile)));
    expect(facts).toMatchObject({ commonName: undefined, dnsNames: [] });
  });
});

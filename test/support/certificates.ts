import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const openssl = (args: readonly string[]) => run('openssl', args, { encoding: 'utf8' });

/** PEM files of one holder. */
export interface TestCertificate {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly sha256: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly dnsNames?: readonly string[];
  /** Absent: signed with its own key. */
  readonly issuer?: TestCertificate;
  /** Days from now that it is valid for. */
  readonly days?: number;
  readonly keyType?: 'rsa' | 'ec';
}

const keyArguments = {
  rsa: ['-newkey', 'rsa:2048'],
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
} as const;

/** Makes a key and a certificate with openssl, as files in `folder`. */
export async function makeCertificate(
  folder: string,
  name: string,
  { commonName, dnsNames = [], issuer, days = 30, keyType = 'rsa' }: CertificateRequest,
): Promise<TestCertificate> {
  const keyFile = join(folder, `${name}.key.pem`);
  const certificateFile = join(folder, `${name}.cert.pem`);
  const alternatives = ['IP:127.0.0.1', ...dnsNames.map((dnsName) => `DNS:${dnsName}`)];
  const request = ['req', '-x509', '-nodes', '-keyout', keyFile, '-out', certificateFile];
  const subject = ['-subj', `/CN=${commonName}`, '-addext', `subjectAltName=${alternatives.join(',')}`];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
  const signer = issuer === undefined ? [] : ['-CA', issuer.certificateFile, '-CAkey', issuer.keyFile, ...leaf];
  await openssl([...request, ...keyArguments[keyType], ...subject, ...signer, '-days', String(days)]);
  const { stdout } = await openssl(['x509', '-in', certificateFile, '-noout', '-fingerprint', '-sha256']);
  const [, fingerprint = ''] = stdout.trim().split('=');
  return { keyFile, certificateFile, sha256: fingerprint.replaceAll(':', '').toLowerCase() };
}

/** Puts the files of one holder where those of another are. */
export async function replaceFiles(old: TestCertificate, next: TestCertificate): Promise<void> {
  await writeFile(old.keyFile, await readFile(next.keyFile));
  await writeFile(old.certificateFile, await readFile(next.certificateFile));
}

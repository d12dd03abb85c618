import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A key and a self-signed certificate of 127.0.0.1, in files below `folder`. */
export function selfSigned(folder: string): { readonly keyPath: string; readonly certificatePath: string } {
  const keyPath = join(folder, 'key.pem');
  const certificatePath = join(folder, 'certificate.pem');
  const { status, stderr } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      keyPath,
      '-out',
      certificatePath,
    ],
  ]);
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return { keyPath, certificatePath };
}

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { certificateFacts } from './peer-facts.ts';

export interface TlsFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly clientCaFile: string | undefined;
}

/** What this service shows to clients, and whom it believes. */
export interface TlsIdentity {
  readonly credentials: Pick<SecureContextOptions, 'key' | 'cert' | 'ca'>;
  /** Of the certificate: 64 hex digits in lower case. */
  readonly sha256: string;
  readonly expiresAtMs: number;
}

/** The files of TLS cannot be used. */
export class TlsIdentityError extends Error {
  override readonly name = 'TlsIdentityError';
  readonly code = 'TLS_IDENTITY_INVALID';
}

/**
 * Reads key, certificate and authorities, and makes sure that they belong together and are in force.
 * @throws TlsIdentityError
 */
export async function loadTlsIdentity(files: TlsFiles, nowMs: number): Promise<TlsIdentity> {
  const { keyFile, certificateFile, clientCaFile } = files;
  try {
    const [key, cert, ca] = await Promise.all([
      readFile(keyFile),
      readFile(certificateFile),
      clientCaFile === undefined ? undefined : readFile(clientCaFile),
    ]);
    const credentials = { key, cert, ...(ca === undefined ? {} : { ca }) };
    const certificate = new X509Certificate(cert);
    createSecureContext(credentials);
    const expiresAtMs = certificate.validToDate.getTime();
    if (expiresAtMs <= nowMs) throw new TlsIdentityError(`${certificateFile} has expired on ${certificate.validTo}`);
    return { credentials, sha256: certificateFacts(certificate).sha256, expiresAtMs };
  } catch (error) {
    if (error instanceof TlsIdentityError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new TlsIdentityError(`the files of TLS cannot be used: ${problem}`, { cause: error });
  }
}

import type { X509Certificate } from 'node:crypto';

/** Who is at the other end of a connection, as far as the network can tell. */
export interface PeerFacts {
  /** The true address of the peer, as `normalizeAddress` spells it, also behind a load balancer that names it. */
  readonly address: string;
  /** The AWS interface endpoint that it came through, when the load balancer says so. */
  readonly vpcEndpointId?: string | undefined;
  /** The protocol version, such as `TLSv1.3`; undefined for a plain connection. */
  readonly tls?: string | undefined;
  /** The certificate that it has shown and that was verified. */
  readonly certificate?: CertificateFacts | undefined;
}

/** What a certificate says of its holder. */
export interface CertificateFacts {
  readonly commonName: string | undefined;
  readonly dnsNames: readonly string[];
  /** 64 hex digits in lower case. */
  readonly sha256: string;
}

/** Reads the names out of a certificate. Names with quotes in them are left out: nobody binds to those. */
export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const commonNames = certificate.subject?.split('\n').filter((part) => part.startsWith('CN=')) ?? [];
  return {
    commonName: commonNames.length === 1 ? commonNames[0]?.slice('CN='.length) : undefined,
    dnsNames: (certificate.subjectAltName?.split(', ') ?? [])
      .filter((name) => /^DNS:[^"]+$/.test(name))
      .map((name) => name.slice('DNS:'.length)),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Config } from '../../core/config-schema.ts';
import { type CertificateFacts, certificateFacts } from './peer-facts.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { tlsProfiles } from './tls-profiles.ts';

export interface TlsGateOptions {
  readonly profile: Config['tlsProfile'];
  readonly clientCertificate: Config['tlsClientCertificate'];
  /** Bounds a handshake. */
  readonly timeoutMs: number;
}

/** What became of a handshake. */
export type Handshake =
  | {
      readonly kind: 'secured';
      readonly socket: TLSSocket;
      readonly protocol: string;
      readonly certificate: CertificateFacts | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly reason: 'tls-handshake-failed' | 'client-certificate-missing' | 'client-certificate-invalid';
      /** The word of OpenSSL or of Node for what was wrong. */
      readonly code?: string;
    };

/** Makes TLS connections out of transport connections. The identity can be replaced while connections live on. */
export class TlsGate {
  readonly #options: TlsGateOptions;
  readonly #server: Server;
  readonly #handshakes = new Map<string, (handshake: Handshake) => void>();

  constructor(identity: TlsIdentity, options: TlsGateOptions) {
    this.#options = options;
    this.#server = createServer({
      ...contextOf(identity, options),
      handshakeTimeout: options.timeoutMs,
      requestCert: options.clientCertificate !== 'none',
      // Judged below, so that a bad certificate is named.
      rejectUnauthorized: false,
    });
    this.#server.on('secureConnection', (socket) => this.#settle(socket, this.#judge(socket)));
    this.#server.on('tlsClientError', (error, socket) => {
      const code = 'code' in error ? String(error.code) : error.message;
      this.#settle(socket, { kind: 'refused', reason: 'tls-handshake-failed', code });
    });
  }

  /** From now on handshakes show this identity. */
  replaceIdentity(identity: TlsIdentity): void {
    this.#server.setSecureContext(contextOf(identity, this.#options));
  }

  /** @returns undefined when the connection closes in the middle */
  secure(socket: Socket): Promise<Handshake | undefined> {
    return new Promise((resolve) => {
      const end = endOf(socket);
      const finish = (handshake: Handshake | undefined) => {
        socket.off('close', gone);
        this.#handshakes.delete(end);
        resolve(handshake);
      };
      const gone = () => finish(undefined);
      socket.on('close', gone);
      this.#handshakes.set(end, finish);
      this.#server.emit('connection', socket);
    });
  }

  #settle(socket: TLSSocket, handshake: Handshake): void {
    this.#handshakes.get(endOf(socket))?.(handshake);
  }

  #judge(socket: TLSSocket): Handshake {
    const { clientCertificate } = this.#options;
    const certificate = clientCertificate === 'none' ? undefined : socket.getPeerX509Certificate();
    if (certificate === undefined && clientCertificate === 'require')
      return { kind: 'refused', reason: 'client-certificate-missing' };
    if (certificate !== undefined && !socket.authorized)
      return { kind: 'refused', reason: 'client-certificate-invalid', code: String(socket.authorizationError) };
    return {
      kind: 'secured',
      socket,
      protocol: socket.getProtocol() ?? 'unknown',
      certificate: certificate && certificateFacts(certificate),
    };
  }
}

function contextOf({ credentials }: TlsIdentity, { profile }: TlsGateOptions) {
  return { ...tlsProfiles[profile], ...credentials };
}

/** What the connections of one port differ in: the platform does not say which socket a TLS socket was made from. */
const endOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

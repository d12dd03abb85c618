import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { TestCertificate } from './certificates.ts';
import { eventually } from './eventually.ts';

/** A syslog server over TLS that reads frames by their length (RFC 5425). */
export class SyslogRepository {
  readonly port: number;
  readonly messages: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  readonly #listeners = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('secureConnection', (socket) => this.#read(socket));
  }

  /** @param client whose certificates clients must show; nobody is asked for one without it */
  static async start(certificate: TestCertificate, port = 0, client?: TestCertificate): Promise<SyslogRepository> {
    const server = createServer({
      key: await readFile(certificate.keyFile),
      cert: await readFile(certificate.certificateFile),
      ...(client === undefined
        ? {}
        : { ca: await readFile(client.certificateFile), requestCert: true, rejectUnauthorized: true }),
    });
    server.on('tlsClientError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new SyslogRepository(server);
  }

  /** Resolves when there are so many messages. */
  received(count: number): Promise<readonly string[]> {
    return eventually(this.#listeners, () => (this.messages.length >= count ? this.messages : undefined));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #read(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    let held = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      for (;;) {
        const blank = held.indexOf(' ');
        if (blank === -1) break;
        const length = Number(held.toString('latin1', 0, blank));
        if (!Number.isInteger(length) || length <= 0) throw new Error('a frame without its length');
        if (held.length < blank + 1 + length) break;
        this.messages.push(held.toString('utf8', blank + 1, blank + 1 + length));
        held = held.subarray(blank + 1 + length);
      }
      for (const wake of [...this.#listeners]) wake();
    });
  }
}

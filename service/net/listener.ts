import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import type { Admission } from './admission.ts';
import type { Connection } from './connection.ts';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly admission: Admission;
  /** Connections at a time, those that have not asked for an association yet included. */
  readonly maxConnections: number;
  readonly connect: (socket: Socket, peerAddress: string) => Connection;
  readonly emit: Emit;
}

/** Accepts transport connections, and ends them all in good order. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  private constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Resolves when the port is open; rejects with the system's error when it cannot be. */
  static open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    const server = listener.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => {
        server.off('error', reject);
        resolve(listener);
      });
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Refuses new associations as transient, waits for live ones to end by themselves, and aborts those that are still
   * there at the deadline. The port stays open meanwhile, so that peers hear a reason and not a refused connection.
   * @returns how many were aborted
   */
  async drain(deadline: Promise<void>): Promise<number> {
    this.#options.admission.drain();
    let expired = false;
    const late = deadline.then(() => {
      expired = true;
    });
    while (this.#options.admission.live > 0 && !expired) {
      await Promise.race([late, ...[...this.#connections].map(({ closed }) => closed)]);
    }
    const aborted = this.#options.admission.live;
    this.#server.close();
    for (const connection of this.#connections) connection.abort();
    await Promise.all([...this.#connections].map(({ closed }) => closed));
    return aborted;
  }

  #accept(socket: Socket): void {
    const { maxConnections, connect, emit } = this.#options;
    const peerAddress = socket.remoteAddress ?? 'unknown';
    if (this.#connections.size >= maxConnections) {
      emit({ event: 'connection-refused', peer: safeText(peerAddress), reason: 'too-many-connections' });
      socket.destroy();
      return;
    }
    const connection = connect(socket, peerAddress);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
  }
}

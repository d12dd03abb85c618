import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Admission } from './admission.ts';
import type { Connection } from './connection.ts';
import type { Arrival, Entrance } from './entrance.ts';
import type { TlsGate } from './tls-gate.ts';

/** Load balancers forget silent connections; theirs is the shortest idle time on the way (NLB: 350 s). */
const KEEP_ALIVE_MS = 60_000;

export interface Door {
  readonly port: number;
  /** Undefined: DICOM without TLS. */
  readonly gate: TlsGate | undefined;
}

export interface ListenerOptions {
  readonly host: string;
  readonly doors: readonly Door[];
  readonly entrance: Entrance;
  readonly admission: Admission;
  readonly connect: (arrival: Arrival) => Connection;
}

/** Accepts transport connections, and ends them all in good order. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #servers: readonly Server[];
  readonly #arriving = new Set<Socket>();
  readonly #connections = new Set<Connection>();

  private constructor(options: ListenerOptions) {
    this.#options = options;
    const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    this.#servers = options.doors.map(({ gate }) =>
      createServer(socketOptions, (socket) => {
        this.#accept(socket, gate);
      }),
    );
  }

  /** Resolves when every port is open; rejects with the system's error when one cannot be. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    await Promise.all(options.doors.map(({ port }, index) => listen(listener.#servers[index], options.host, port)));
    return listener;
  }

  /** The ports in the order of the doors. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => (server.address() as AddressInfo).port);
  }

  /**
   * Refuses new associations as transient, waits for live ones to end by themselves, and ends those that are still
   * there at the deadline. The ports stay open meanwhile, so that peers hear a reason and not a refused connection.
   * @returns how many did not end by themselves
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
    const ended = this.#options.admission.live;
    for (const server of this.#servers) server.close();
    for (const socket of this.#arriving) socket.destroy();
    for (const connection of this.#connections) connection.terminate();
    await Promise.all([...this.#connections].map(({ closed }) => closed));
    return ended;
  }

  async #accept(socket: Socket, gate: TlsGate | undefined): Promise<void> {
    // An error is always followed by 'close', which says all there is to say.
    socket.on('error', () => undefined);
    this.#arriving.add(socket);
    const arrival = await this.#options.entrance.admit(socket, gate);
    this.#arriving.delete(socket);
    if (arrival === undefined) return;
    const connection = this.#options.connect(arrival);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
  }
}

function listen(server: Server | undefined, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server?.once('error', reject);
    server?.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

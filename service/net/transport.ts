import type { Socket } from 'node:net';
import type { Schedule, Timer } from '../../core/clock.ts';
import { free } from '../../core/spent-memory.ts';

export interface TransportOptions {
  readonly socket: Socket;
  readonly schedule: Schedule;
  /** How long a peer may leave what we sent unread before `onStalled`. */
  readonly stallTimeoutMs: number;
  /** How long the connection may take to be gone after `close`. */
  readonly closeTimeoutMs: number;
  readonly onStalled: () => void;
  /** Reading goes on after it was held. */
  readonly onResumed: () => void;
}

/**
 * The two directions of a connection, kept in step: nothing is read while it is held, nor while the peer does not read
 * what it was answered, so neither side can make the other grow.
 */
export class Transport {
  readonly #options: TransportOptions;
  #holds = 0;
  #lent: Uint8Array[] = [];
  #stall: Timer | undefined;
  #cut: Timer | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    options.socket.once('close', () => {
      this.#stall?.cancel();
      this.#cut?.cancel();
    });
  }

  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Runs `work`, and sends what it sends in one piece. */
  together(work: () => void): void {
    const { socket } = this.#options;
    socket.cork();
    try {
      work();
    } finally {
      socket.uncork();
    }
  }

  send(bytes: Uint8Array): void {
    const { socket, schedule, stallTimeoutMs, onStalled } = this.#options;
    if (!socket.writable || socket.write(bytes) || this.#stall !== undefined) return;
    this.#holds += 1;
    socket.pause();
    this.#stall = schedule(stallTimeoutMs, onStalled);
    socket.once('drain', () => {
      this.#stall?.cancel();
      this.#stall = undefined;
      this.#release();
    });
  }

  /** Reads nothing until `wait` resolves. */
  hold(wait: Promise<unknown>): Promise<void> {
    this.#holds += 1;
    this.#options.socket.pause();
    return wait.then(
      () => this.#release(),
      () => this.#release(),
    );
  }

  /** Frees what was read: at once, or when nothing that holds the peer can still be reading it. */
  spent(chunk: Uint8Array): void {
    if (this.isHeld) this.#lent.push(chunk);
    else free(chunk);
  }

  /** Ends the connection when all that was sent is flushed; cuts it when that takes too long. */
  close(): void {
    const { socket, schedule, closeTimeoutMs } = this.#options;
    socket.destroySoon();
    this.#cut ??= schedule(closeTimeoutMs, () => socket.destroy());
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    for (const chunk of this.#lent.splice(0)) free(chunk);
    this.#options.onResumed();
    this.#options.socket.resume();
  }
}

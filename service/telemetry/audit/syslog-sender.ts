import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Schedule, Timer } from '../../../core/clock.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
const CONNECT_MS = 10_000;
/** Written to a socket and not taken by the system yet; more waits in the queue. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface SyslogSenderOptions {
  readonly tls: ConnectionOptions;
  /** Messages that wait for the repository; more are dropped, the newest first, so that the trail has one gap. */
  readonly maxMessages: number;
  readonly schedule: Schedule;
  readonly onSent: () => void;
  readonly onDropped: () => void;
  /** The repository cannot be reached, told once until it can be again. */
  readonly onFailed: (code: string) => void;
  /** It can be reached again. */
  readonly onResumed: (dropped: number) => void;
}

/**
 * Sends frames to a syslog repository over TLS (RFC 5425). Never makes the caller wait: what cannot be sent waits in a
 * bounded queue, and is dropped when that is full. A frame leaves the queue when the system has taken it; syslog has no
 * acknowledgement, so what the system held when a connection broke may be lost.
 */
export class SyslogSender {
  readonly #options: SyslogSenderOptions;
  readonly #queue: Uint8Array[] = [];
  /** How many at the head of the queue were given to the socket. */
  #given = 0;
  #socket: TLSSocket | undefined;
  #isUp = false;
  #isFailing = false;
  #isClosed = false;
  #dropped = 0;
  #retryMs = FIRST_RETRY_MS;
  #retry: Timer | undefined;
  #emptied: (() => void) | undefined;

  constructor(options: SyslogSenderOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed || this.#queue.length >= this.#options.maxMessages) {
      this.#dropped += 1;
      this.#options.onDropped();
      return;
    }
    this.#queue.push(frame);
    if (this.#isUp) this.#pump();
    else if (this.#socket === undefined && this.#retry === undefined) this.#connect();
  }

  /** Takes nothing more; resolves when all is sent, or `deadline` has. */
  async close(deadline: Promise<void>): Promise<void> {
    this.#isClosed = true;
    if (this.#queue.length > 0) {
      const emptied = new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
      await Promise.race([emptied, deadline]);
    }
    this.#retry?.cancel();
    const socket = this.#socket;
    if (socket === undefined || !this.#isUp) {
      socket?.destroy();
      return;
    }
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.end();
    await Promise.race([closed, deadline]);
    socket.destroy();
  }

  #connect(): void {
    const { tls, schedule } = this.#options;
    const socket = connect(tls);
    this.#socket = socket;
    const timer = schedule(CONNECT_MS, () => socket.destroy(new Error('no answer')));
    socket.setKeepAlive(true, MAX_RETRY_MS);
    // The repository has nothing to say; but unread, its end would not be seen.
    socket.resume();
    let code = 'CLOSED';
    socket.on('secureConnect', () => {
      timer.cancel();
      this.#up();
    });
    socket.on('drain', () => this.#pump());
    socket.on('error', (error) => {
      code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
    });
    socket.on('close', () => {
      timer.cancel();
      this.#down(code);
    });
  }

  #up(): void {
    this.#isUp = true;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#isFailing) {
      this.#isFailing = false;
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#options.onResumed(dropped);
    }
    this.#pump();
  }

  #down(code: string): void {
    this.#isUp = false;
    this.#socket = undefined;
    this.#given = 0;
    // An idle connection that the repository closed is opened again when there is something to say.
    if (this.#queue.length === 0) return;
    if (!this.#isFailing) this.#options.onFailed(code);
    this.#isFailing = true;
    this.#retry = this.#options.schedule(this.#retryMs, () => {
      this.#retry = undefined;
      this.#connect();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  #pump(): void {
    const socket = this.#socket;
    while (socket !== undefined && this.#isUp && socket.writableLength < MAX_UNSENT_BYTES) {
      const frame = this.#queue[this.#given];
      if (frame === undefined) return;
      this.#given += 1;
      socket.write(frame, (error) => {
        if (error || socket !== this.#socket) return;
        this.#queue.shift();
        this.#given -= 1;
        this.#options.onSent();
        if (this.#queue.length === 0) this.#emptied?.();
      });
    }
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Schedule, Timer } from '../../core/clock.ts';
import type { Answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { S3Error } from './s3-error.ts';

/** One request and its answer on the wire, and what a fault does to either. */
export class Exchange {
  readonly incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #awaitsContinue: boolean;
  #fault: Fault | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, awaitsContinue: boolean) {
    this.incoming = incoming;
    this.#outgoing = outgoing;
    this.#awaitsContinue = awaitsContinue;
  }

  set fault(fault: Fault | undefined) {
    this.#fault = fault;
  }

  /** The body as it comes in. Reading it is what tells a waiting client to go on. */
  async *body(): AsyncGenerator<Uint8Array, void> {
    if (this.#awaitsContinue) this.#outgoing.writeContinue();
    this.#awaitsContinue = false;
    let seenBytes = 0;
    try {
      for await (const bytes of this.incoming.iterator({ destroyOnReturn: false })) {
        yield bytes;
        seenBytes += bytes.length;
        await this.#disturbRequest(seenBytes);
      }
    } catch (error) {
      if (error instanceof S3Error || !this.incoming.destroyed) throw error;
      throw new S3Error('IncompleteBody', 'The connection was closed before the whole body had arrived.');
    }
  }

  /** Sends the answer; a client that is gone is no error. */
  async send({ status, headers, body }: Answer): Promise<void> {
    const out = this.#outgoing;
    const bytes = typeof body === 'string' ? Buffer.from(body) : undefined;
    out.writeHead(status, {
      ...headers,
      ...(bytes === undefined ? {} : { 'content-type': 'application/xml', 'content-length': bytes.length }),
    });
    if (bytes !== undefined) await this.#write([bytes]);
    else if (typeof body === 'object') {
      const { file, firstByte, sizeBytes } = body;
      try {
        const end = firstByte + sizeBytes - 1;
        await this.#write(sizeBytes === 0 ? [] : file.createReadStream({ start: firstByte, end, autoClose: false }));
      } finally {
        await file.close();
      }
    }
    out.end();
    // What the client still sends must be read away, or the connection could not be used again.
    this.incoming.resume();
  }

  /** True once a head has been sent, so that nothing else can be said. */
  get isAnswered(): boolean {
    return this.#outgoing.headersSent;
  }

  /** Waits so long, or until the connection closes. */
  async pause(delayMs: number, schedule: Schedule): Promise<void> {
    let timer: Timer | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = schedule(delayMs, resolve);
    });
    await Promise.race([elapsed, this.#closed()]);
    timer?.cancel();
  }

  /** Breaks the connection off with a TCP reset. */
  reset(): void {
    this.incoming.socket.resetAndDestroy();
  }

  async #write(body: AsyncIterable<Uint8Array> | readonly Uint8Array[]): Promise<void> {
    let leftBytes = this.#answerLimitBytes();
    for await (const bytes of body) {
      const isCut = bytes.length > leftBytes;
      await this.#writeAll(isCut ? bytes.subarray(0, leftBytes) : bytes);
      leftBytes -= bytes.length;
      if (isCut) await this.#cutAnswer();
      if (this.#outgoing.destroyed) return;
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    const out = this.#outgoing;
    const { socket } = this.incoming;
    if (out.destroyed || out.write(bytes) || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        out.off('drain', settle);
        socket.off('close', settle);
        resolve();
      };
      out.on('drain', settle);
      socket.on('close', settle);
    });
  }

  #answerLimitBytes(): number {
    const fault = this.#fault;
    return fault?.kind === 'stall-answer' || fault?.kind === 'truncate-answer' ? fault.afterBytes : Infinity;
  }

  async #cutAnswer(): Promise<void> {
    if (this.#fault?.kind === 'truncate-answer') this.incoming.socket.destroySoon();
    await this.#closed();
  }

  async #disturbRequest(seenBytes: number): Promise<void> {
    const fault = this.#fault;
    if (fault?.kind !== 'reset-request' && fault?.kind !== 'stall-request') return;
    if (seenBytes < fault.afterBytes) return;
    if (fault.kind === 'reset-request') this.reset();
    await this.#closed();
    throw new S3Error('IncompleteBody', 'An injected fault ended the connection.');
  }

  async #closed(): Promise<void> {
    const { socket } = this.incoming;
    if (!socket.destroyed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }
}

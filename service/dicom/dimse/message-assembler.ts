import { ByteGatherer } from '../bytes/byte-gatherer.ts';
import { PeerFault } from '../errors.ts';
import { controlBits } from '../pdu/p-data.ts';

/** Generous: a command set of the standard is below 1 KiB. */
export const maxCommandBytes = 64 * 1024;

/** Who hears the messages found in presentation data values. Each may throw a PeerFault. */
export interface MessageListener {
  /** A message begins in this context: throws where the context was not accepted. */
  checkContext(contextId: number): void;
  /** A command set is complete; its bytes are lent. Answers whether a data set follows. */
  command(contextId: number, bytes: Uint8Array): boolean;
  /** Part of the data set, in place in the received chunk. */
  data(bytes: Uint8Array): void;
  dataEnd(): void;
}

/**
 * Puts fragments together to messages (PS3.8 annex E): command sets are gathered, data sets pass through.
 * A message's command and data set are contiguous: fragments of another in between are a fault.
 */
export class MessageAssembler {
  readonly #listener: MessageListener;
  readonly #command = new ByteGatherer();
  #expecting: 'command' | 'more-command' | 'data' = 'command';
  #contextId = 0;
  #isLast = false;

  constructor(listener: MessageListener) {
    this.#listener = listener;
  }

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.#expecting !== 'command';
  }

  valueHeader(contextId: number, control: number): void {
    const isCommand = (control & controlBits.command) !== 0;
    this.#isLast = (control & controlBits.last) !== 0;
    if (isCommand === (this.#expecting === 'data')) {
      throw new PeerFault('PDV_OUT_OF_SEQUENCE', isCommand ? 'command within a data set' : 'data without a command');
    }
    if (this.#expecting === 'command') {
      this.#listener.checkContext(contextId);
      this.#contextId = contextId;
      this.#expecting = 'more-command';
    } else if (contextId !== this.#contextId) {
      throw new PeerFault('PDV_OUT_OF_SEQUENCE', `context ${contextId} within a message of ${this.#contextId}`);
    }
  }

  fragment(chunk: Uint8Array, start: number, end: number): void {
    if (this.#expecting === 'data') {
      this.#listener.data(chunk.subarray(start, end));
      return;
    }
    if (this.#command.length + end - start > maxCommandBytes) {
      throw new PeerFault('COMMAND_TOO_LARGE', `more than ${maxCommandBytes} bytes`);
    }
    this.#command.add(chunk, start, end);
  }

  valueEnd(): void {
    if (!this.#isLast) return;
    if (this.#expecting === 'data') {
      this.#expecting = 'command';
      this.#listener.dataEnd();
      return;
    }
    this.#expecting = 'command';
    const hasDataSet = this.#listener.command(this.#contextId, this.#command.takeInPlace());
    if (hasDataSet) this.#expecting = 'data';
  }
}

import { ByteGatherer } from '../bytes/byte-gatherer.ts';
import { readU32 } from '../bytes/byte-reader.ts';
import { PeerFault } from '../errors.ts';
import { pduHeaderBytes, pdvHeaderBytes } from './limits.ts';

/** What is to be done with the body of a PDU: keep it whole, hand its values through, or pass over it. */
export type BodyUse = 'gather' | 'pass-values' | 'skip';

/** Who hears of PDUs. A PeerFault thrown by this or the value listener is given to `fault`, and the PDU is skipped. */
export interface PduListener {
  /** A PDU begins; nothing but its header has been looked at. */
  pduHeader(pduType: number, length: number): BodyUse;
  /** A gathered PDU is complete. */
  pdu(pduType: number, body: Uint8Array): void;
  fault(fault: PeerFault): void;
}

/** Who hears of the presentation data values of P-DATA-TF PDUs. */
export interface ValueListener {
  valueHeader(contextId: number, control: number): void;
  /** Bytes [start, end) of the received chunk belong to the value; never empty. */
  fragment(chunk: Uint8Array, start: number, end: number): void;
  valueEnd(): void;
}

type Phase = 'header' | 'gathered-body' | 'skipped-body' | 'value-header' | 'value';

/**
 * Cuts a stream of bytes into PDUs, wherever the transport has cut it.
 * P-DATA-TF PDUs are never put together: their values are handed through as parts of the received chunk.
 */
export class PduStream {
  readonly #values: ValueListener;
  readonly #pdus: PduListener;
  /** A PDU or PDV header that a chunk ended within. */
  readonly #splitHeader = new Uint8Array(Math.max(pduHeaderBytes, pdvHeaderBytes));
  #splitHeaderBytes = 0;
  readonly #body = new ByteGatherer();
  #phase: Phase = 'header';
  #at = 0;
  #pduType = 0;
  #pduBytesLeft = 0;
  #valueBytesLeft = 0;

  constructor(values: ValueListener, pdus: PduListener) {
    this.#values = values;
    this.#pdus = pdus;
  }

  /** Whether a PDU has begun and not ended. */
  get isWithinPdu(): boolean {
    return this.#phase !== 'header';
  }

  receive(chunk: Uint8Array): void {
    this.#at = 0;
    while (this.#at < chunk.length) {
      try {
        this.#read(chunk);
      } catch (fault) {
        if (!(fault instanceof PeerFault)) throw fault;
        this.#phase = this.#pduBytesLeft > 0 ? 'skipped-body' : 'header';
        this.#body.take();
        this.#pdus.fault(fault);
      }
    }
  }

  #read(chunk: Uint8Array): void {
    while (this.#at < chunk.length) {
      switch (this.#phase) {
        case 'header':
          this.#readHeader(chunk, pduHeaderBytes);
          break;
        case 'value-header':
          this.#readHeader(chunk, pdvHeaderBytes);
          break;
        case 'value':
          this.#readValue(chunk);
          break;
        case 'gathered-body':
          this.#readBody(chunk);
          break;
        case 'skipped-body':
          this.#skipBody(chunk);
          break;
      }
    }
  }

  #readHeader(chunk: Uint8Array, size: number): void {
    if (this.#splitHeaderBytes === 0 && chunk.length - this.#at >= size) {
      const start = this.#at;
      this.#at += size;
      this.#takeHeader(chunk, start);
      return;
    }
    while (this.#splitHeaderBytes < size && this.#at < chunk.length) {
      this.#splitHeader[this.#splitHeaderBytes++] = chunk[this.#at++] ?? 0;
    }
    if (this.#splitHeaderBytes < size) return;
    this.#splitHeaderBytes = 0;
    this.#takeHeader(this.#splitHeader, 0);
  }

  #takeHeader(bytes: Uint8Array, start: number): void {
    if (this.#phase === 'header') this.#beginPdu(bytes, start);
    else this.#beginValue(bytes, start);
  }

  #beginPdu(bytes: Uint8Array, start: number): void {
    this.#pduType = bytes[start] ?? 0;
    this.#pduBytesLeft = readU32(bytes, start + 2);
    const use = this.#pdus.pduHeader(this.#pduType, this.#pduBytesLeft);
    if (use === 'pass-values') this.#beginValueHeader();
    else this.#phase = use === 'gather' ? 'gathered-body' : 'skipped-body';
  }

  #beginValueHeader(): void {
    if (this.#pduBytesLeft < pdvHeaderBytes) {
      throw new PeerFault('PDV_LENGTH_INVALID', `${this.#pduBytesLeft} bytes left in the PDU`);
    }
    this.#phase = 'value-header';
  }

  #beginValue(bytes: Uint8Array, start: number): void {
    const itemBytes = readU32(bytes, start);
    this.#pduBytesLeft -= pdvHeaderBytes;
    this.#valueBytesLeft = itemBytes - 2;
    if (itemBytes < 2 || this.#valueBytesLeft > this.#pduBytesLeft) {
      throw new PeerFault('PDV_LENGTH_INVALID', `${itemBytes} bytes, ${this.#pduBytesLeft} left in the PDU`);
    }
    this.#phase = 'value';
    this.#values.valueHeader(bytes[start + 4] ?? 0, bytes[start + 5] ?? 0);
    if (this.#valueBytesLeft === 0) this.#endValue();
  }

  #readValue(chunk: Uint8Array): void {
    const start = this.#at;
    const taken = Math.min(this.#valueBytesLeft, chunk.length - start);
    this.#at = start + taken;
    this.#pduBytesLeft -= taken;
    this.#valueBytesLeft -= taken;
    this.#values.fragment(chunk, start, this.#at);
    if (this.#valueBytesLeft === 0) this.#endValue();
  }

  #endValue(): void {
    if (this.#pduBytesLeft === 0) this.#phase = 'header';
    this.#values.valueEnd();
    if (this.#pduBytesLeft > 0) this.#beginValueHeader();
  }

  #readBody(chunk: Uint8Array): void {
    const start = this.#at;
    const taken = Math.min(this.#pduBytesLeft, chunk.length - start);
    this.#at = start + taken;
    this.#pduBytesLeft -= taken;
    this.#body.add(chunk, start, this.#at);
    if (this.#pduBytesLeft > 0) return;
    this.#phase = 'header';
    this.#pdus.pdu(this.#pduType, this.#body.take());
  }

  #skipBody(chunk: Uint8Array): void {
    const taken = Math.min(this.#pduBytesLeft, chunk.length - this.#at);
    this.#at += taken;
    this.#pduBytesLeft -= taken;
    if (this.#pduBytesLeft === 0) this.#phase = 'header';
  }
}

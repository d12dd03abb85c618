import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { commandFields } from '../../service/dicom/dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../../service/dicom/dimse/command-set.ts';
import { dicomApplicationContext } from '../../service/dicom/pdu/codes.ts';
import { decodePdu } from '../../service/dicom/pdu/decode.ts';
import { encodePdu } from '../../service/dicom/pdu/encode.ts';
import { controlBits, encodeCommandPdus } from '../../service/dicom/pdu/p-data.ts';
import type { Pdu } from '../../service/dicom/pdu/types.ts';
import { noUserInformation } from '../../service/dicom/pdu/user-information.ts';

export interface ScuOptions {
  readonly port: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly callingAeTitle?: string;
  readonly calledAeTitle?: string;
  /** Operations to ask leave for to have outstanding (PS3.7 D.3.3.3); absent: one at a time. */
  readonly asyncWindow?: number;
  /** A connection that is open already. */
  readonly socket?: Socket;
}

export interface SentInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly chunks: () => Iterable<Uint8Array>;
}

const CONTEXT_ID = 1;
const PDU_BYTES = 64 * 1024;
const FRAGMENT_BYTES = PDU_BYTES - 12;

/** A Storage SCU that sends data sets of any size in little memory, and tells exactly what it was answered. */
export class StoreScu {
  readonly #socket: Socket;
  readonly #incoming: AsyncIterator<Pdu>;
  #messageId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#incoming = pdusOf(socket);
  }

  /** Associates; rejects when the peer does. */
  static async associate(options: ScuOptions): Promise<StoreScu> {
    const socket = options.socket ?? (await dial(options.port));
    const scu = new StoreScu(socket);
    socket.write(
      encodePdu({
        type: 'associate-rq',
        protocolVersion: 1,
        calledAeTitle: options.calledAeTitle ?? 'STORESCP',
        callingAeTitle: options.callingAeTitle ?? 'TESTSCU',
        reserved: new Uint8Array(32),
        applicationContextName: dicomApplicationContext,
        presentationContexts: [
          { id: CONTEXT_ID, abstractSyntaxUid: options.sopClassUid, transferSyntaxUids: [options.transferSyntaxUid] },
        ],
        userInformation: {
          ...noUserInformation,
          maxPduBytes: PDU_BYTES,
          implementationClassUid: '2.25.1',
          asyncOperationsWindow:
            options.asyncWindow === undefined ? undefined : { maxInvoked: options.asyncWindow, maxPerformed: 1 },
        },
        unknownItems: [],
      }),
    );
    const answer = await scu.#next();
    if (answer.type !== 'associate-ac') throw new Error(`not associated: ${answer.type}`);
    return scu;
  }

  /** Sends one instance; resolves to the status that it was answered with. */
  async store(instance: SentInstance): Promise<number> {
    await this.send(instance);
    return this.answer();
  }

  /** Sends the request and the data set; the answer is still to come. */
  async send(instance: SentInstance): Promise<void> {
    await this.#request(instance);
    let before: Uint8Array | undefined;
    for (const chunk of fragments(instance.chunks())) {
      if (before !== undefined) await this.#write(dataPdu(before, false));
      before = chunk;
    }
    await this.#write(dataPdu(before ?? new Uint8Array(), true));
  }

  async #request({ sopClassUid, sopInstanceUid }: SentInstance): Promise<void> {
    this.#messageId += 1;
    const command = encodeCommandSet({
      affectedSopClassUid: sopClassUid,
      commandField: commandFields.cStoreRq,
      messageId: this.#messageId,
      priority: 0,
      commandDataSetType: 0,
      affectedSopInstanceUid: sopInstanceUid,
    });
    await this.#write(encodeCommandPdus(CONTEXT_ID, command, PDU_BYTES));
  }

  /** Sends the request and the first half of the data set, and then nothing more. */
  async sendPartOf(instance: SentInstance): Promise<void> {
    await this.#request(instance);
    const [first = new Uint8Array()] = instance.chunks();
    await this.#write(dataPdu(first.subarray(0, first.length / 2), false));
  }

  /** The status of the next response. */
  async answer(): Promise<number> {
    const pdu = await this.#next();
    if (pdu.type !== 'p-data-tf') throw new Error(`no response: ${pdu.type}`);
    const [value] = pdu.values;
    const status = value && decodeCommandSet(value.fragment, () => undefined).status;
    if (status === undefined) throw new Error('a response without status');
    return status;
  }

  async release(): Promise<void> {
    this.#socket.write(encodePdu({ type: 'release-rq' }));
    const answer = await this.#next();
    if (answer.type !== 'release-rp') throw new Error(`not released: ${answer.type}`);
    this.#socket.destroy();
  }

  /** Answers the service's own request for release. */
  agreeToRelease(): void {
    this.#socket.end(encodePdu({ type: 'release-rp' }));
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #next(): Promise<Pdu> {
    const { value, done } = await this.#incoming.next();
    if (done) throw new Error('the peer closed the connection');
    return value;
  }

  /** Resolves when the socket wants more, or never will. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        this.#socket.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle).on('close', settle);
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (!this.#socket.writable) throw new Error('the connection is closed');
    if (!this.#socket.write(bytes)) await this.#drained();
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function* fragments(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += FRAGMENT_BYTES) yield chunk.subarray(at, at + FRAGMENT_BYTES);
  }
}

function dataPdu(fragment: Uint8Array, last: boolean): Uint8Array {
  const control = last ? controlBits.last : 0;
  return encodePdu({ type: 'p-data-tf', values: [{ contextId: CONTEXT_ID, control, fragment }] });
}

async function* pdusOf(socket: Socket): AsyncGenerator<Pdu> {
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const length =
        held.length < 6 ? Number.POSITIVE_INFINITY : 6 + new DataView(held.buffer, held.byteOffset).getUint32(2);
      if (held.length < length) break;
      yield decodePdu(held.subarray(0, length), () => undefined);
      held = held.subarray(length);
    }
  }
}

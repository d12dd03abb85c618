import type { Socket } from 'node:net';
import { implementation } from '../../../core/implementation.ts';
import { type CommandSet, commandFields, responseBit } from '../../dicom/dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../../dicom/dimse/command-set.ts';
import { dicomApplicationContext } from '../../dicom/pdu/codes.ts';
import { encodePdu } from '../../dicom/pdu/encode.ts';
import { encodeCommandPdus } from '../../dicom/pdu/p-data.ts';
import type { Pdu, ProposedContext } from '../../dicom/pdu/types.ts';
import { noUserInformation } from '../../dicom/pdu/user-information.ts';
import { verificationSopClassUid } from '../../dicom/uids.ts';
import { connectPeer, type PeerAddress } from './connect-peer.ts';
import { incomingPdus } from './incoming-pdus.ts';
import { type DataSetSource, sendDataSet } from './outgoing.ts';
import { rejectionText, ScuError } from './scu-error.ts';

/** What this side takes: answers are short. */
const MAX_PDU_BYTES = 16_384;
/** PS3.7 E.1: no data set follows the command. */
const NO_DATA_SET = 0x0101;
const DATA_SET_FOLLOWS = 0;
/** Enough for a peer that says nothing of how long a PDU may be. */
const CAUTIOUS_PDU_BYTES = 16_384;

export interface AeTitles {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

export interface InstanceToStore {
  readonly contextId: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly dataSet: DataSetSource;
}

/** An association that this side asked for: one request at a time, data sets of any size. */
export class Association {
  /** The transfer syntax of each presentation context that the peer accepted, by its id. */
  readonly accepted: ReadonlyMap<number, string>;
  readonly #socket: Socket;
  readonly #pdus: AsyncIterator<Pdu>;
  readonly #peerMaxPduBytes: number;
  #messageId = 0;

  private constructor(socket: Socket, pdus: AsyncIterator<Pdu>, answer: Pdu & { readonly type: 'associate-ac' }) {
    this.#socket = socket;
    this.#pdus = pdus;
    this.#peerMaxPduBytes = answer.userInformation.maxPduBytes ?? CAUTIOUS_PDU_BYTES;
    this.accepted = new Map(
      answer.presentationContexts.flatMap(({ id, result, transferSyntaxUid }) =>
        result === 0 && transferSyntaxUid !== undefined ? [[id, transferSyntaxUid] as const] : [],
      ),
    );
  }

  /**
   * Connects and associates.
   * @throws ScuError UNREACHABLE, REJECTED, ENDED or PROTOCOL
   */
  static async open(
    address: PeerAddress,
    titles: AeTitles,
    presentationContexts: readonly ProposedContext[],
  ): Promise<Association> {
    const socket = await connectPeer(address);
    try {
      const pdus = incomingPdus(socket);
      socket.write(requestFor(titles, presentationContexts));
      const answer = await next(pdus);
      if (answer.type === 'associate-rj') {
        // PS3.8 Table 9-21: result 2 is transient.
        throw new ScuError('REJECTED', rejectionText(answer), { retryable: answer.result === 2 });
      }
      if (answer.type !== 'associate-ac') throw unexpected(answer);
      return new Association(socket, pdus, answer);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** @returns the status of the answer. @throws ScuError ENDED or PROTOCOL */
  async echo(contextId: number): Promise<number> {
    this.#request(contextId, {
      affectedSopClassUid: verificationSopClassUid,
      commandField: commandFields.cEchoRq,
      commandDataSetType: NO_DATA_SET,
    });
    return this.#status(commandFields.cEchoRq);
  }

  /** @returns the status of the answer. @throws ScuError ENDED or PROTOCOL */
  async store({ contextId, sopClassUid, sopInstanceUid, dataSet }: InstanceToStore): Promise<number> {
    this.#request(contextId, {
      affectedSopClassUid: sopClassUid,
      commandField: commandFields.cStoreRq,
      priority: 0,
      commandDataSetType: DATA_SET_FOLLOWS,
      affectedSopInstanceUid: sopInstanceUid,
    });
    await sendDataSet(this.#socket, contextId, dataSet, this.#peerMaxPduBytes);
    return this.#status(commandFields.cStoreRq);
  }

  /** @throws ScuError when the peer does not agree */
  async release(): Promise<void> {
    try {
      this.#socket.write(encodePdu({ type: 'release-rq' }));
      const answer = await next(this.#pdus);
      if (answer.type !== 'release-rp') throw unexpected(answer);
    } finally {
      this.close();
    }
  }

  /** Drops the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #request(contextId: number, command: CommandSet): void {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    const encoded = encodeCommandSet({ ...command, messageId: this.#messageId });
    this.#socket.write(encodeCommandPdus(contextId, encoded, this.#peerMaxPduBytes));
  }

  async #status(request: number): Promise<number> {
    const answer = await next(this.#pdus);
    const [value] = answer.type === 'p-data-tf' ? answer.values : [];
    if (value === undefined) throw unexpected(answer);
    const { status, commandField, messageIdBeingRespondedTo } = decodeCommandSet(value.fragment, () => undefined);
    if (commandField !== (request | responseBit) || messageIdBeingRespondedTo !== this.#messageId) {
      throw new ScuError('PROTOCOL', 'an answer to another request', { retryable: false });
    }
    if (status === undefined) throw new ScuError('PROTOCOL', 'an answer without a status', { retryable: false });
    return status;
  }
}

function requestFor(titles: AeTitles, presentationContexts: readonly ProposedContext[]): Uint8Array {
  return encodePdu({
    type: 'associate-rq',
    protocolVersion: 1,
    ...titles,
    reserved: new Uint8Array(32),
    applicationContextName: dicomApplicationContext,
    presentationContexts,
    userInformation: {
      ...noUserInformation,
      maxPduBytes: MAX_PDU_BYTES,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
    },
    unknownItems: [],
  });
}

/** The next PDU; whatever ends the connection ends the association. */
async function next(pdus: AsyncIterator<Pdu>): Promise<Pdu> {
  const { value, done } = await pdus.next().catch((error: unknown) => {
    if (error instanceof ScuError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ScuError('ENDED', `the connection ended: ${message}`, { retryable: true, cause: error });
  });
  if (done === true) throw new ScuError('ENDED', 'the peer closed the connection', { retryable: true });
  return value;
}

function unexpected(answer: Pdu): ScuError {
  return answer.type === 'abort'
    ? new ScuError('ENDED', `aborted: source ${answer.source}, reason ${answer.reason}`, { retryable: true })
    : new ScuError('PROTOCOL', `not the answer: ${answer.type}`, { retryable: false });
}

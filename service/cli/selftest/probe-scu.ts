import type { Socket } from 'node:net';
import { implementation } from '../../../core/implementation.ts';
import { type CommandSet, commandFields, responseBit } from '../../dicom/dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../../dicom/dimse/command-set.ts';
import { dicomApplicationContext } from '../../dicom/pdu/codes.ts';
import { decodePdu } from '../../dicom/pdu/decode.ts';
import { encodePdu } from '../../dicom/pdu/encode.ts';
import { controlBits, encodeCommandPdus } from '../../dicom/pdu/p-data.ts';
import type { Pdu, ProposedContext } from '../../dicom/pdu/types.ts';
import { noUserInformation } from '../../dicom/pdu/user-information.ts';

const PDU_HEADER_BYTES = 6;
const MAX_PDU_BYTES = 16_384;

export interface AeTitles {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
}

/** The service did not do what was asked of it; the message says what it did. */
export class SelfTestError extends Error {
  override readonly name = 'SelfTestError';
  readonly code = 'SELFTEST_FAILED';
}

/** The least of a service user: one association, one request at a time, data sets of one fragment. */
export class ProbeScu {
  readonly #socket: Socket;
  readonly #pdus: AsyncIterator<Pdu>;
  #messageId = 0;

  /** @param socket connected, and past its TLS handshake if it has one */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#pdus = pdusOf(socket);
  }

  /** @throws SelfTestError unless every context is accepted */
  async associate(titles: AeTitles, presentationContexts: readonly ProposedContext[]): Promise<void> {
    this.#socket.write(
      encodePdu({
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
      }),
    );
    const answer = await this.#next();
    if (answer.type === 'associate-rj') {
      throw new SelfTestError(`association rejected: source ${answer.source}, reason ${answer.reason}`);
    }
    if (answer.type !== 'associate-ac') throw new SelfTestError(`no association: ${answer.type}`);
    const refused = answer.presentationContexts.filter(({ result }) => result !== 0);
    if (refused.length > 0) throw new SelfTestError(`contexts refused: ${refused.map(({ id }) => id).join(', ')}`);
  }

  /** @throws SelfTestError unless the status is success */
  async request(contextId: number, command: CommandSet, dataSet?: Uint8Array): Promise<void> {
    this.#messageId += 1;
    const encoded = encodeCommandSet({ ...command, messageId: this.#messageId });
    this.#socket.write(encodeCommandPdus(contextId, encoded, MAX_PDU_BYTES));
    if (dataSet !== undefined) {
      const values = [{ contextId, control: controlBits.last, fragment: dataSet }];
      this.#socket.write(encodePdu({ type: 'p-data-tf', values }));
    }
    const answer = await this.#next();
    const [value] = answer.type === 'p-data-tf' ? answer.values : [];
    if (value === undefined) throw new SelfTestError(`no response: ${answer.type}`);
    const { status, commandField } = decodeCommandSet(value.fragment, () => undefined);
    if (status !== 0) throw new SelfTestError(`${nameOf(commandField)}: status 0x${status?.toString(16)}`);
  }

  async release(): Promise<void> {
    this.#socket.write(encodePdu({ type: 'release-rq' }));
    const answer = await this.#next();
    this.#socket.destroy();
    if (answer.type !== 'release-rp') throw new SelfTestError(`not released: ${answer.type}`);
  }

  async #next(): Promise<Pdu> {
    const { value, done } = await this.#pdus.next();
    if (done === true) throw new SelfTestError('the connection was closed');
    return value;
  }
}

const nameOf = (commandField: number | undefined): string =>
  commandField === (commandFields.cEchoRq | responseBit) ? 'C-ECHO' : 'C-STORE';

async function* pdusOf(socket: Socket): AsyncGenerator<Pdu> {
  let held = Buffer.alloc(0);
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= PDU_HEADER_BYTES) {
      const end = PDU_HEADER_BYTES + held.readUInt32BE(2);
      if (held.length < end) break;
      yield decodePdu(held.subarray(0, end), () => undefined);
      held = held.subarray(end);
    }
  }
}

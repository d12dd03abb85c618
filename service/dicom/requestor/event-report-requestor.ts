import { commandFields, noDataSet, responseBit } from '../dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../dimse/command-set.ts';
import { MessageAssembler } from '../dimse/message-assembler.ts';
import { eventReportRequest } from '../dimse/responses.ts';
import { PeerFault, type PeerFaultCode } from '../errors.ts';
import type { Implementation } from '../negotiation/negotiate.ts';
import { abortSources, contextResults, dicomApplicationContext, pduNameOf, type Rejection } from '../pdu/codes.ts';
import { decodePduBody } from '../pdu/decode.ts';
import { encodePdu } from '../pdu/encode.ts';
import { checkPduLength } from '../pdu/limits.ts';
import { encodeCommandPdus, encodeDataPdus } from '../pdu/p-data.ts';
import { type BodyUse, PduStream } from '../pdu/pdu-stream.ts';
import type { AssociateAc } from '../pdu/types.ts';
import { noUserInformation } from '../pdu/user-information.ts';

/** An event to report, and to whom. */
export interface ReportRequest {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  /** Transfer syntaxes to offer, the best first, and the data set in the one that is chosen. */
  readonly transferSyntaxUids: readonly string[];
  readonly encode: (transferSyntaxUid: string) => Uint8Array;
}

/** What became of it. */
export type ReportAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** The peer does not take the SOP class, or not from an SCP that calls it. */
  | { readonly kind: 'refused'; readonly why: 'context' | 'role' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'fault'; readonly code: PeerFaultCode };

export type RequestorEffect =
  | { readonly do: 'send'; readonly bytes: Uint8Array }
  /** Said once. The association is released after it, if there is one: `close` follows, unless the peer closes. */
  | { readonly do: 'concluded'; readonly answer: ReportAnswer }
  | { readonly do: 'close' };

const contextId = 1;
const messageId = 1;
/** Responses are short, and nothing else is expected. */
const maxReceivedPduBytes = 64 * 1024;
const assumedPeerMaxPduBytes = 16_384;

/**
 * One association for one N-EVENT-REPORT, on the side that requests it: bytes of the peer in, effects out. It proposes
 * to be the SCP of the SOP class (PS3.7 D.3.3.4), sends the event when that is accepted, and releases once answered.
 */
export class EventReportRequestor {
  readonly #request: ReportRequest;
  readonly #stream: PduStream;
  readonly #assembler: MessageAssembler;
  #effects: RequestorEffect[] = [];
  #phase: 'associating' | 'reporting' | 'releasing' | 'closed' = 'associating';
  #status: number | undefined;
  #isConcluded = false;

  constructor(request: ReportRequest, implementation: Implementation) {
    this.#request = request;
    this.#assembler = new MessageAssembler({
      checkContext: (id) => {
        if (id !== contextId || this.#phase === 'associating') throw new PeerFault('PDV_CONTEXT_UNKNOWN');
      },
      command: (_, bytes) => this.#command(bytes),
      data: () => undefined,
      dataEnd: () => this.#messageEnd(),
    });
    this.#stream = new PduStream(this.#assembler, {
      pduHeader: (type, length) => this.#pduHeader(type, length),
      pdu: (type, body) => this.#pdu(type, body),
      fault: (fault) => this.#fault(fault),
    });
    this.#send(encodePdu(this.#associateRq(implementation)));
  }

  /** What is to be done when the connection is there. */
  connected(): readonly RequestorEffect[] {
    return this.#flush();
  }

  /** Takes bytes of the peer, cut anywhere. */
  receive(chunk: Uint8Array): readonly RequestorEffect[] {
    if (this.#phase !== 'closed') this.#stream.receive(chunk);
    return this.#flush();
  }

  #associateRq({ maxPduBytes, implementationClassUid, implementationVersionName }: Implementation) {
    const { calledAeTitle, callingAeTitle, sopClassUid, transferSyntaxUids } = this.#request;
    return {
      type: 'associate-rq',
      protocolVersion: 1,
      calledAeTitle,
      callingAeTitle,
      reserved: new Uint8Array(32),
      applicationContextName: dicomApplicationContext,
      presentationContexts: [{ id: contextId, abstractSyntaxUid: sopClassUid, transferSyntaxUids }],
      userInformation: {
        ...noUserInformation,
        maxPduBytes: Math.min(maxPduBytes, maxReceivedPduBytes),
        implementationClassUid,
        implementationVersionName,
        // PS3.4 J.3.3: who opens the association to report is its SCP, and no SCU.
        roleSelections: [{ sopClassUid, scu: false, scp: true }],
      },
      unknownItems: [],
    } as const;
  }

  #pduHeader(type: number, length: number): BodyUse {
    if (this.#phase === 'closed') return 'skip';
    const name = pduNameOf(type);
    if (name === undefined) throw new PeerFault('PDU_TYPE_UNKNOWN', `type ${type}`);
    checkPduLength(name, length, maxReceivedPduBytes);
    return name === 'p-data-tf' ? 'pass-values' : 'gather';
  }

  #pdu(type: number, body: Uint8Array): void {
    const pdu = decodePduBody(type, body, () => undefined);
    switch (pdu.type) {
      case 'associate-ac':
        if (this.#phase !== 'associating') throw new PeerFault('PDU_UNEXPECTED', pdu.type);
        this.#accepted(pdu);
        return;
      case 'associate-rj':
        this.#close({ kind: 'rejected', rejection: { result: pdu.result, source: pdu.source, reason: pdu.reason } });
        return;
      case 'release-rq':
        // Before it has answered, that is as good as an abort.
        this.#send(encodePdu({ type: 'release-rp' }));
        this.#close({ kind: 'aborted' });
        return;
      case 'release-rp':
      case 'abort':
        this.#close({ kind: 'aborted' });
        return;
      default:
        throw new PeerFault('PDU_UNEXPECTED', pdu.type);
    }
  }

  #accepted({ presentationContexts, userInformation }: AssociateAc): void {
    const { sopClassUid, sopInstanceUid, eventTypeId, transferSyntaxUids, encode } = this.#request;
    const context = presentationContexts.find(({ id }) => id === contextId);
    const transferSyntaxUid = transferSyntaxUids.find((uid) => uid === context?.transferSyntaxUid);
    if (context?.result !== contextResults.acceptance || transferSyntaxUid === undefined) {
      this.#release({ kind: 'refused', why: 'context' });
      return;
    }
    // A peer that does not negotiate roles, and takes the context, is asked nevertheless: most of those mean yes.
    const role = userInformation.roleSelections.find((selection) => selection.sopClassUid === sopClassUid);
    if (role !== undefined && !role.scp) {
      this.#release({ kind: 'refused', why: 'role' });
      return;
    }
    this.#phase = 'reporting';
    const peerMaxPduBytes = userInformation.maxPduBytes ?? assumedPeerMaxPduBytes;
    const command = eventReportRequest(messageId, { sopClassUid, sopInstanceUid, eventTypeId });
    this.#send(encodeCommandPdus(contextId, encodeCommandSet(command), peerMaxPduBytes));
    this.#send(encodeDataPdus(contextId, encode(transferSyntaxUid), peerMaxPduBytes));
  }

  #command(bytes: Uint8Array): boolean {
    const command = decodeCommandSet(bytes, () => undefined);
    const { commandField, messageIdBeingRespondedTo, status, commandDataSetType } = command;
    if (commandField !== (commandFields.nEventReportRq | responseBit) || messageIdBeingRespondedTo !== messageId) {
      throw new PeerFault('PDU_UNEXPECTED', `command ${commandField}`);
    }
    if (status === undefined) throw new PeerFault('COMMAND_INCOMPLETE', 'no Status');
    this.#status = status;
    const hasDataSet = commandDataSetType !== undefined && commandDataSetType !== noDataSet;
    if (!hasDataSet) this.#messageEnd();
    return hasDataSet;
  }

  #messageEnd(): void {
    if (this.#status !== undefined) this.#release({ kind: 'answered', status: this.#status });
  }

  #release(answer: ReportAnswer): void {
    this.#conclude(answer);
    this.#phase = 'releasing';
    this.#send(encodePdu({ type: 'release-rq' }));
  }

  #close(answer: ReportAnswer): void {
    this.#conclude(answer);
    this.#phase = 'closed';
    this.#effects.push({ do: 'close' });
  }

  #fault(fault: PeerFault): void {
    const cause = fault.answer.pdu === 'abort' ? fault.answer.cause : { source: abortSources.serviceUser, reason: 0 };
    this.#send(encodePdu({ type: 'abort', ...cause }));
    this.#close({ kind: 'fault', code: fault.code });
  }

  #conclude(answer: ReportAnswer): void {
    if (this.#isConcluded) return;
    this.#isConcluded = true;
    this.#effects.push({ do: 'concluded', answer });
  }

  #send(bytes: Uint8Array): void {
    this.#effects.push({ do: 'send', bytes });
  }

  #flush(): readonly RequestorEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

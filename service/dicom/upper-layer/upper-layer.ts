import type { Association, Emit } from '../effects.ts';
import { PeerFault } from '../errors.ts';
import { checkContextIds, checkProtocolVersion } from '../negotiation/checks.ts';
import { decodeAssociateRq, echoedField } from '../pdu/associate.ts';
import {
  type AbortCause,
  abortReasons,
  abortSources,
  type PduName,
  pduNameOf,
  pduTypes,
  type Rejection,
} from '../pdu/codes.ts';
import { decodeAbort } from '../pdu/decode.ts';
import { encodePdu } from '../pdu/encode.ts';
import type { LeniencyKind } from '../pdu/leniency.ts';
import { checkPduLength } from '../pdu/limits.ts';
import { type BodyUse, PduStream, type ValueListener } from '../pdu/pdu-stream.ts';
import type { AssociateAc, AssociateRq } from '../pdu/types.ts';
import { type Step, UpperLayerMachine } from './machine.ts';
import type { State } from './states.ts';

/** The local user of the upper layer service (PS3.8 7): asked at once, answers at once. Each may throw a PeerFault. */
export interface ServiceUser extends ValueListener {
  /** `echoed` are bytes 11 to 74 of the PDU, `leniencies` what was tolerated in it. */
  associate(request: AssociateRq, echoed: Uint8Array, leniencies: readonly LeniencyKind[]): AssociateResponse;
  /** The peer asks for release: `UpperLayer.respondRelease` is to follow when nothing is left to be answered. */
  releaseAsked(): void;
  /** The association is over; nothing can be sent any more. */
  ended(): void;
  tolerate(kind: LeniencyKind): void;
}

export type AssociateResponse =
  | { readonly ac: AssociateAc; readonly association: Association }
  | { readonly reject: Rejection };

export interface UpperLayerLimits {
  /** Announced to the peer; 0 is unlimited. */
  readonly maxPduBytes: number;
  /** No received P-DATA-TF PDU may be larger, whatever was announced: peers are known to ignore what is announced. */
  readonly maxReceivedPduBytes: number;
}

/** What goes with a step: the PDU it sends, and why the association ends. */
interface StepContext {
  readonly pdu?: Uint8Array;
  readonly fault?: PeerFault | undefined;
  readonly abortCause?: AbortCause;
}

export const abortByUser: AbortCause = { source: abortSources.serviceUser, reason: abortReasons.notSpecified };

/** The service provider of PS3.8 for the acceptor of one association: bytes and requests in, effects out, by the table. */
export class UpperLayer {
  readonly #user: ServiceUser;
  readonly #limits: UpperLayerLimits;
  readonly #emit: Emit;
  readonly #machine = new UpperLayerMachine();
  readonly #stream: PduStream;
  /** The request being judged. */
  #request: AssociateRq | undefined;

  constructor(user: ServiceUser, limits: UpperLayerLimits, emit: Emit) {
    this.#user = user;
    this.#limits = limits;
    this.#emit = emit;
    this.#stream = new PduStream(user, {
      pduHeader: (pduType, length) => this.#pduHeader(pduType, length),
      pdu: (pduType, body) => this.#pdu(pduType, body),
      fault: (fault) => this.#fault(fault),
    });
  }

  get state(): State {
    return this.#machine.state;
  }

  /** Whether a PDU has begun to arrive and is not complete. */
  get isWithinPdu(): boolean {
    return this.#stream.isWithinPdu;
  }

  open(): void {
    this.#carryOut(this.#machine.raise('transport-opened'));
  }

  /** Takes bytes of the peer; once the association and its transport are gone, they are let pass. */
  receive(chunk: Uint8Array): void {
    if (this.state !== 'idle') this.#stream.receive(chunk);
  }

  /** Sends whole P-DATA-TF PDUs. */
  sendData(pdus: Uint8Array): void {
    this.#carryOut(this.#machine.raise('p-data-request'), { pdu: pdus });
  }

  requestRelease(): void {
    this.#carryOut(this.#machine.raise('release-request'), { pdu: encodePdu({ type: 'release-rq' }) });
  }

  respondRelease(): void {
    this.#carryOut(this.#machine.raise('release-response'), { pdu: encodePdu({ type: 'release-rp' }) });
  }

  abort(abortCause: AbortCause, fault?: PeerFault): void {
    const pdu = encodePdu({ type: 'abort', ...abortCause });
    this.#carryOut(this.#machine.raise('abort-request'), { pdu, abortCause, fault });
  }

  artimExpired(): void {
    this.#carryOut(this.#machine.raise('artim-expired'));
  }

  transportClosed(): void {
    this.#carryOut(this.#machine.raise('transport-closed'));
  }

  #pduHeader(pduType: number, length: number): BodyUse {
    // A PDU behind the one that ended association and transport.
    if (this.state === 'idle') return 'skip';
    const name = pduNameOf(pduType);
    if (!name) throw new PeerFault('PDU_TYPE_UNKNOWN', `type ${pduType}`);
    checkPduLength(name, length, this.#limits.maxReceivedPduBytes);
    if (name !== 'p-data-tf') return 'gather';
    const step = this.#machine.raise(name);
    if (step.name !== 'indicateData') {
      this.#carryOutReceived(step, name);
      return 'skip';
    }
    const { maxPduBytes } = this.#limits;
    if (maxPduBytes !== 0 && length > maxPduBytes) this.#user.tolerate('pdu-over-announced-max');
    return 'pass-values';
  }

  #pdu(pduType: number, body: Uint8Array): void {
    if (pduType === pduTypes['associate-rq'] && this.state === 'awaiting-associate-rq') {
      this.#associate(body);
      return;
    }
    const name = pduNameOf(pduType);
    if (!name) return;
    const step = this.#machine.raise(name);
    if (name === 'abort') this.#carryOut(step, { abortCause: decodeAbort(body) });
    else this.#carryOutReceived(step, name);
    const { state } = this;
    if (state === 'awaiting-release-response' || state === 'collision-awaiting-release-response') {
      this.#user.releaseAsked();
    }
  }

  /** AE-6, then AE-7 or AE-8. */
  #associate(body: Uint8Array): void {
    const leniencies: LeniencyKind[] = [];
    const request = decodeAssociateRq(body, (kind) => leniencies.push(kind));
    checkContextIds(request);
    this.#request = request;
    checkProtocolVersion(request);
    this.#carryOut(this.#machine.raise('associate-rq'));
    const response = this.#user.associate(request, body.subarray(echoedField.start, echoedField.end), leniencies);
    if ('reject' in response) {
      this.#reject(response.reject);
      return;
    }
    this.#request = undefined;
    this.#carryOut(this.#machine.raise('associate-acceptance'), { pdu: encodePdu(response.ac) });
    this.#emit({ do: 'associated', association: response.association });
  }

  #reject(rejection: Rejection, fault?: PeerFault): void {
    const step =
      this.state === 'awaiting-associate-rq'
        ? this.#machine.raise('associate-rq', false)
        : this.#machine.raise('associate-rejection');
    if (this.#request) this.#emit({ do: 'rejected', rejection, request: this.#request });
    this.#request = undefined;
    this.#carryOut(step, { pdu: encodePdu({ type: 'associate-rj', ...rejection }), fault });
  }

  #fault(fault: PeerFault): void {
    const { answer } = fault;
    if (answer.pdu === 'associate-rj') this.#reject(answer.rejection, fault);
    else if (answer.cause.source === abortSources.serviceUser) this.abort(answer.cause, fault);
    else this.#carryOutAbort(this.#machine.raise('invalid-pdu'), answer.cause, fault);
  }

  /** Carries out what a PDU of the peer brought about, which may be that it was not expected. */
  #carryOutReceived(step: Step, name: PduName): void {
    if (!step.action.sendsAbort) {
      this.#carryOut(step);
      return;
    }
    const fault = new PeerFault('PDU_UNEXPECTED', name);
    if (fault.answer.pdu === 'abort') this.#carryOutAbort(step, fault.answer.cause, fault);
  }

  #carryOutAbort(step: Step, cause: AbortCause, fault: PeerFault): void {
    // Before there is an association the table has the user abort (AA-1), and a user gives no reason.
    const abortCause = step.name === 'abortAsUser' ? abortByUser : cause;
    this.#carryOut(step, { pdu: encodePdu({ type: 'abort', ...abortCause }), abortCause, fault });
  }

  #carryOut({ action, ending }: Step, { pdu, fault, abortCause }: StepContext = {}): void {
    if (pdu) this.#emit({ do: 'send', bytes: pdu });
    if (ending) {
      this.#user.ended();
      this.#emit({ do: 'ended', how: ending, ...(fault ? { fault } : {}), ...(abortCause ? { abortCause } : {}) });
    }
    if (action.artim) this.#emit({ do: `${action.artim}-artim` });
    if (action.closesTransport) this.#emit({ do: 'close' });
  }
}

import type { Service } from './dimse/services.ts';
import type { PeerFault } from './errors.ts';
import type { AbortCause, Rejection } from './pdu/codes.ts';
import type { LeniencyKind } from './pdu/leniency.ts';
import type { AssociateRq } from './pdu/types.ts';
import type { Ending } from './upper-layer/actions.ts';

/**
 * All that an acceptor asks of the world, to be done in the order given.
 * After `ended` come at most `send`, ARTIM effects and `close`, for the transport outlives the association.
 */
export type Effect =
  /** Write these bytes, in one piece. */
  | { readonly do: 'send'; readonly bytes: Uint8Array }
  /** End the transport connection once everything sent has been flushed. */
  | { readonly do: 'close' }
  /** Start ARTIM anew, running or not; `Acceptor.artimExpired` is to be called when it expires. */
  | { readonly do: 'start-artim' }
  | { readonly do: 'stop-artim' }
  | { readonly do: 'associated'; readonly association: Association }
  | { readonly do: 'rejected'; readonly rejection: Rejection; readonly request: AssociateRq }
  | { readonly do: 'store-begin'; readonly store: StoreRequest }
  /** A part of the received chunk, not a copy: to be used or copied before the chunk is used again. */
  | { readonly do: 'store-data'; readonly messageId: number; readonly bytes: Uint8Array }
  /** The data set is complete: `Acceptor.answerStore` is to be called, now or later. */
  | { readonly do: 'store-end'; readonly messageId: number }
  /** The association ended before the data set did: no store-end will come, and no answer is possible. */
  | { readonly do: 'store-cancelled'; readonly messageId: number }
  /** An N-ACTION of Storage Commitment with its whole data set: `Acceptor.answerAction` is to be called. */
  | { readonly do: 'action'; readonly action: ActionRequest; readonly dataSet: Uint8Array }
  /** The peer has answered the N-EVENT-REPORT that `Acceptor.reportEvent` sent. */
  | { readonly do: 'event-report-answered'; readonly status: number }
  /** A C-ECHO was answered. */
  | { readonly do: 'echoed'; readonly messageId: number }
  /** A request was answered with a failure here, without anybody having been asked. */
  | { readonly do: 'refused'; readonly messageId: number; readonly commandField: number; readonly status: number }
  /** Something not conforming was tolerated. */
  | { readonly do: 'leniency'; readonly kind: LeniencyKind }
  /** The association is over (or never came to be): said once, and no operation can be answered after it. */
  | {
      readonly do: 'ended';
      readonly how: Ending;
      /** What the peer did wrong, where that is why. */
      readonly fault?: PeerFault;
      /** What the A-ABORT said, whoever sent it. */
      readonly abortCause?: AbortCause;
    };

/** Takes the next effect. */
export type Emit = (effect: Effect) => void;

/** What was agreed with the peer. */
export interface Association {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly acceptedContexts: readonly AcceptedContext[];
  readonly refusedContexts: readonly RefusedContext[];
  /** The largest P-DATA-TF PDU the peer takes; 0 is unlimited. */
  readonly peerMaxPduBytes: number;
  readonly peerImplementationClassUid: string | undefined;
  readonly peerImplementationVersionName: string | undefined;
  /** How many operations the peer may have outstanding. */
  readonly asyncWindow: number;
  /** Kind of the user identity that was presented (PS3.7 D.3.3.7.1). */
  readonly userIdentityType: number | undefined;
  /** What was tolerated in the request, one entry per kind. */
  readonly leniencies: readonly LeniencyKind[];
  readonly strict: boolean;
}

export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUid: string;
  readonly service: Service;
}

export interface RefusedContext {
  readonly id: number;
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUids: readonly string[];
  /** A code of `contextResults`. */
  readonly result: number;
}

/** A C-STORE-RQ whose parameters are in order (PS3.7 9.1.1). */
export interface StoreRequest {
  readonly messageId: number;
  readonly presentationContextId: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly priority: Priority;
  readonly moveOriginatorAeTitle?: string;
  readonly moveOriginatorMessageId?: number;
}

export type Priority = 'low' | 'medium' | 'high';

/** An N-ACTION-RQ of the Storage Commitment Push Model (PS3.7 10.1.4, PS3.4 J.3.2). */
export interface ActionRequest {
  readonly messageId: number;
  readonly presentationContextId: number;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly actionTypeId: number;
  readonly transferSyntaxUid: string;
}

/** An N-EVENT-REPORT-RQ to the peer of an association that it opened (PS3.7 10.1.1). */
export interface EventReport {
  /** The context of the N-ACTION that is reported of. */
  readonly presentationContextId: number;
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  /** In the transfer syntax of the context. */
  readonly dataSet: Uint8Array;
}

/** What a C-STORE or N-ACTION is answered with. */
export interface OperationAnswer {
  /** 16 bits; see `statuses`. */
  readonly status: number;
  /** At most 64 characters of the default repertoire are sent; others are replaced. Not sent on success. */
  readonly errorComment?: string;
  /** Tags, 0xGGGGEEEE each. */
  readonly offendingElements?: readonly number[];
}

export type StoreAnswer = OperationAnswer;
export type ActionAnswer = OperationAnswer;

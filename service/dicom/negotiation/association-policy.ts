import type { Rejection } from '../pdu/codes.ts';
import type { AssociateRq, ExtendedNegotiation, ProposedContext } from '../pdu/types.ts';

/** The local user's judgement of a request for association. Called while bytes are received: must not wait. */
export interface AssociationPolicy {
  decide(request: AssociateRq): AssociationDecision;
  /** The transfer syntax of one proposed context, or the result to refuse it with. */
  chooseTransferSyntax(context: ProposedContext, request: AssociateRq): TransferSyntaxChoice;
}

export type AssociationDecision = AssociationGrant | { readonly reject: Rejection };

export interface AssociationGrant {
  readonly accept: true;
  /** Tolerate nothing that does not conform. */
  readonly strict?: boolean;
  /** How many operations the peer may have outstanding, if it asks for more than one. Absent: the window is not negotiated. */
  readonly asyncWindow?: number;
  /** Whether the requestor may be the SCP of this SOP class. Absent: never. */
  readonly requestorMayBeScp?: (sopClassUid: string) => boolean;
  /** What is sent back if the peer wants to know that its identity was taken. Undefined: it is not acknowledged. */
  readonly userIdentityResponse?: Uint8Array | undefined;
  /** Answers to SOP Class Extended Negotiation (PS3.7 D.3.3.5). Absent: none of it is supported. */
  readonly extendedNegotiations?: readonly ExtendedNegotiation[];
}

/** A transfer syntax of the offered ones, or a code of `contextResults` that refuses. */
export type TransferSyntaxChoice = { readonly transferSyntaxUid: string } | { readonly refuse: 1 | 2 | 3 | 4 };

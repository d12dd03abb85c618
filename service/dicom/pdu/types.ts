import type { AbortCause, Rejection } from './codes.ts';

/** Any PDU of PS3.8 9.3. */
export type Pdu = AssociateRq | AssociateAc | AssociateRj | PDataTf | ReleaseRq | ReleaseRp | Abort;

/** A-ASSOCIATE-RQ (PS3.8 9.3.2). */
export interface AssociateRq {
  readonly type: 'associate-rq';
  /** Bit 0 is version 1, the only one there is. */
  readonly protocolVersion: number;
  /** Without the spaces around it. */
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  /** Bytes 43 to 74: to be sent back as they came. */
  readonly reserved: Uint8Array;
  readonly applicationContextName: string;
  readonly presentationContexts: readonly ProposedContext[];
  readonly userInformation: UserInformation;
  readonly unknownItems: readonly UnknownItem[];
}

/** A-ASSOCIATE-AC (PS3.8 9.3.3). */
export interface AssociateAc {
  readonly type: 'associate-ac';
  readonly protocolVersion: number;
  /** Bytes 11 to 74: the AE titles and reserved bytes of the request, sent back as they came. */
  readonly echoed: Uint8Array;
  readonly applicationContextName: string;
  readonly presentationContexts: readonly AnsweredContext[];
  readonly userInformation: UserInformation;
  readonly unknownItems: readonly UnknownItem[];
}

/** A-ASSOCIATE-RJ (PS3.8 9.3.4). */
export interface AssociateRj extends Rejection {
  readonly type: 'associate-rj';
}

/** P-DATA-TF (PS3.8 9.3.5). */
export interface PDataTf {
  readonly type: 'p-data-tf';
  readonly values: readonly PresentationDataValue[];
}

export interface ReleaseRq {
  readonly type: 'release-rq';
}

export interface ReleaseRp {
  readonly type: 'release-rp';
}

/** A-ABORT (PS3.8 9.3.8). */
export interface Abort extends AbortCause {
  readonly type: 'abort';
}

export interface PresentationDataValue {
  readonly contextId: number;
  /** Message control header (PS3.8 E.2): bit 0 command, bit 1 last fragment. */
  readonly control: number;
  readonly fragment: Uint8Array;
}

export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntaxUid: string;
  readonly transferSyntaxUids: readonly string[];
}

export interface AnsweredContext {
  readonly id: number;
  /** A code of `contextResults`; others are kept as received. */
  readonly result: number;
  /** Not significant unless accepted. */
  readonly transferSyntaxUid: string | undefined;
}

/** An item or sub-item of a type the standard does not know, kept for who does. */
export interface UnknownItem {
  readonly itemType: number;
  readonly bytes: Uint8Array;
}

/** User Information item: PS3.8 annex D and PS3.7 D.3.3. A sub-item that is absent is undefined or an empty list. */
export interface UserInformation {
  /** 0 means unlimited. */
  readonly maxPduBytes: number | undefined;
  readonly implementationClassUid: string | undefined;
  readonly implementationVersionName: string | undefined;
  readonly asyncOperationsWindow: AsyncOperationsWindow | undefined;
  readonly roleSelections: readonly RoleSelection[];
  readonly extendedNegotiations: readonly ExtendedNegotiation[];
  readonly commonExtendedNegotiations: readonly CommonExtendedNegotiation[];
  readonly userIdentity: UserIdentity | undefined;
  /** Server response of an A-ASSOCIATE-AC (PS3.7 D.3.3.7.2). */
  readonly userIdentityResponse: Uint8Array | undefined;
  readonly unknownItems: readonly UnknownItem[];
}

/** PS3.7 D.3.3.3; 0 means unlimited. */
export interface AsyncOperationsWindow {
  readonly maxInvoked: number;
  readonly maxPerformed: number;
}

/** PS3.7 D.3.3.4: the roles of the association requestor. */
export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** PS3.7 D.3.3.5. */
export interface ExtendedNegotiation {
  readonly sopClassUid: string;
  readonly information: Uint8Array;
}

/** PS3.7 D.3.3.6. */
export interface CommonExtendedNegotiation {
  readonly version: number;
  readonly sopClassUid: string;
  readonly serviceClassUid: string;
  readonly relatedGeneralSopClassUids: readonly string[];
}

/** PS3.7 D.3.3.7.1: 1 user name, 2 user name and passcode, 3 Kerberos, 4 SAML, 5 JWT. */
export interface UserIdentity {
  readonly identityType: number;
  readonly positiveResponseRequested: boolean;
  readonly primaryField: Uint8Array;
  readonly secondaryField: Uint8Array;
}

/** PDU types of PS3.8 9.3 by their name in the Pdu union. */
export const pduTypes = {
  'associate-rq': 0x01,
  'associate-ac': 0x02,
  'associate-rj': 0x03,
  'p-data-tf': 0x04,
  'release-rq': 0x05,
  'release-rp': 0x06,
  abort: 0x07,
} as const;

export type PduName = keyof typeof pduTypes;

const pduNames = new Map<number, PduName>(Object.entries(pduTypes).map(([name, type]) => [type, name as PduName]));

/** The name of a PDU type, or undefined for one PS3.8 does not know. */
export function pduNameOf(type: number): PduName | undefined {
  return pduNames.get(type);
}

/** Item types within the A-ASSOCIATE PDUs (PS3.8 9.3.2, 9.3.3, annex D; PS3.7 D.3.3). */
export const itemTypes = {
  applicationContext: 0x10,
  presentationContextRq: 0x20,
  presentationContextAc: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maxLength: 0x51,
  implementationClassUid: 0x52,
  asyncOperationsWindow: 0x53,
  roleSelection: 0x54,
  implementationVersionName: 0x55,
  extendedNegotiation: 0x56,
  commonExtendedNegotiation: 0x57,
  userIdentity: 0x58,
  userIdentityResponse: 0x59,
} as const;

/** Types of user identity (PS3.7 table D.3-14). */
export const identityTypes = {
  username: 1,
  usernameAndPasscode: 2,
  kerberos: 3,
  saml: 4,
  jsonWebToken: 5,
} as const;

/** The only application context of DICOM (PS3.7 A.2.1). */
export const dicomApplicationContext = '1.2.840.10008.3.1.1.1';

/** Result of one presentation context in an A-ASSOCIATE-AC (PS3.8 table 9-18). */
export const contextResults = {
  acceptance: 0,
  userRejection: 1,
  providerRejection: 2,
  abstractSyntaxNotSupported: 3,
  transferSyntaxesNotSupported: 4,
} as const;

/** Source of an A-ABORT (PS3.8 table 9-26). */
export const abortSources = { serviceUser: 0, serviceProvider: 2 } as const;

/** Reason of an A-ABORT by the service provider (PS3.8 table 9-26). */
export const abortReasons = {
  notSpecified: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedPduParameter: 4,
  unexpectedPduParameter: 5,
  invalidPduParameterValue: 6,
} as const;

/** Why an association is aborted: what an A-ABORT carries. Numbers are kept as received, known or not. */
export interface AbortCause {
  readonly source: number;
  readonly reason: number;
}

/** Why an association is refused: what an A-ASSOCIATE-RJ carries. Numbers are kept as received, known or not. */
export interface Rejection {
  /** 1 permanent, 2 transient. */
  readonly result: number;
  /** 1 service user, 2 service provider (ACSE), 3 service provider (presentation). */
  readonly source: number;
  readonly reason: number;
}

/** Every refusal of PS3.8 table 9-21 that is not reserved. */
export const rejections = {
  noReasonGiven: { result: 1, source: 1, reason: 1 },
  applicationContextNameNotSupported: { result: 1, source: 1, reason: 2 },
  callingAeTitleNotRecognized: { result: 1, source: 1, reason: 3 },
  calledAeTitleNotRecognized: { result: 1, source: 1, reason: 7 },
  providerNoReasonGiven: { result: 1, source: 2, reason: 1 },
  protocolVersionNotSupported: { result: 1, source: 2, reason: 2 },
  temporaryCongestion: { result: 2, source: 3, reason: 1 },
  localLimitExceeded: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, Rejection>;

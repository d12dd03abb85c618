import { type AbortCause, abortReasons, abortSources, type Rejection, rejections } from './pdu/codes.ts';

/** How a fault of the peer is answered: with an A-ABORT or with an A-ASSOCIATE-RJ. */
export type FaultAnswer =
  | { readonly pdu: 'abort'; readonly cause: AbortCause }
  | { readonly pdu: 'associate-rj'; readonly rejection: Rejection };

interface FaultDefinition {
  readonly sentence: string;
  /** Where the standard says so. */
  readonly clause: string;
  readonly answer: FaultAnswer;
}

function byProvider(reason: number): FaultAnswer {
  return { pdu: 'abort', cause: { source: abortSources.serviceProvider, reason } };
}

function byUser(): FaultAnswer {
  return { pdu: 'abort', cause: { source: abortSources.serviceUser, reason: abortReasons.notSpecified } };
}

function byRejection(rejection: Rejection): FaultAnswer {
  return { pdu: 'associate-rj', rejection };
}

const unrecognizedPdu = byProvider(abortReasons.unrecognizedPdu);
const unexpectedPdu = byProvider(abortReasons.unexpectedPdu);
const unexpectedParameter = byProvider(abortReasons.unexpectedPduParameter);
const invalidParameter = byProvider(abortReasons.invalidPduParameterValue);

/** Every fault of a peer that ends its association, and the answer it is given. */
export const peerFaults = {
  PDU_TYPE_UNKNOWN: {
    sentence: 'The PDU type is none of the seven of the standard.',
    clause: 'PS3.8 9.3.1',
    answer: unrecognizedPdu,
  },
  PDU_UNEXPECTED: {
    sentence: 'The PDU is not expected in the state of the association.',
    clause: 'PS3.8 9.2',
    answer: unexpectedPdu,
  },
  PDU_TOO_LARGE: {
    sentence: 'The PDU announces more bytes than are accepted.',
    clause: 'PS3.8 9.3.1, D.1',
    answer: invalidParameter,
  },
  PDU_LENGTH_INVALID: {
    sentence: 'The PDU announces a length its type cannot have.',
    clause: 'PS3.8 9.3',
    answer: invalidParameter,
  },
  PDU_TRUNCATED: {
    sentence: 'A field or item reaches beyond the end of what holds it.',
    clause: 'PS3.8 9.3',
    answer: invalidParameter,
  },
  ITEM_MISSING: {
    sentence: 'A mandatory item is missing.',
    clause: 'PS3.8 9.3.2',
    answer: invalidParameter,
  },
  ITEM_REPEATED: {
    sentence: 'An item that may occur once occurs again.',
    clause: 'PS3.8 9.3.2, D.1; PS3.7 D.3.3',
    answer: unexpectedParameter,
  },
  CONTEXT_ID_INVALID: {
    sentence: 'A presentation context ID is even or is used twice.',
    clause: 'PS3.8 9.3.2.2',
    answer: invalidParameter,
  },
  PDV_LENGTH_INVALID: {
    sentence: 'A presentation data value does not fit into its PDU.',
    clause: 'PS3.8 9.3.5.1',
    answer: invalidParameter,
  },
  PDV_CONTEXT_UNKNOWN: {
    sentence: 'A presentation data value uses a presentation context that was not accepted.',
    clause: 'PS3.8 9.3.5.1',
    answer: invalidParameter,
  },
  PDV_OUT_OF_SEQUENCE: {
    sentence: 'Fragments of a command or data set are mixed with others, or come where none belong.',
    clause: 'PS3.8 E.1, E.2',
    answer: unexpectedParameter,
  },
  COMMAND_TOO_LARGE: {
    sentence: 'The command set is larger than is accepted.',
    clause: 'PS3.7 6.3.1',
    answer: byUser(),
  },
  COMMAND_MALFORMED: {
    sentence: 'The command set cannot be decoded.',
    clause: 'PS3.7 6.3.1',
    answer: byUser(),
  },
  COMMAND_INCOMPLETE: {
    sentence: 'The command set lacks an element without which it cannot be answered.',
    clause: 'PS3.7 9.3, E.1',
    answer: byUser(),
  },
  OPERATIONS_WINDOW_EXCEEDED: {
    sentence: 'More operations were invoked than the negotiated window allows to be outstanding.',
    clause: 'PS3.7 D.3.3.3',
    answer: byUser(),
  },
  NONCONFORMANT: {
    sentence: 'The association is held strictly and something does not conform.',
    clause: 'PS3.8 9.3, PS3.7 6.3',
    answer: invalidParameter,
  },
  PROTOCOL_VERSION_UNSUPPORTED: {
    sentence: 'Version 1 of the upper layer protocol is not offered.',
    clause: 'PS3.8 9.3.2',
    answer: byRejection(rejections.protocolVersionNotSupported),
  },
  APPLICATION_CONTEXT_UNSUPPORTED: {
    sentence: 'The application context is not that of DICOM.',
    clause: 'PS3.7 A.2.1',
    answer: byRejection(rejections.applicationContextNameNotSupported),
  },
} as const satisfies Record<string, FaultDefinition>;

export type PeerFaultCode = keyof typeof peerFaults;

/** The peer broke the protocol. Its message holds numbers and names of ours only, never bytes of the peer's. */
export class PeerFault extends Error {
  override readonly name = 'PeerFault';
  readonly code: PeerFaultCode;
  readonly answer: FaultAnswer;

  constructor(code: PeerFaultCode, detail?: string) {
    const { sentence, answer } = peerFaults[code];
    super(detail === undefined ? sentence : `${sentence} (${detail})`);
    this.code = code;
    this.answer = answer;
  }
}

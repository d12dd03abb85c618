/** The elements of a command set by keyword (PS3.7 E.1); all are of group 0000. Elements not listed are passed over. */
export const commandElements = {
  affectedSopClassUid: { element: 0x0002, vr: 'UI' },
  requestedSopClassUid: { element: 0x0003, vr: 'UI' },
  commandField: { element: 0x0100, vr: 'US' },
  messageId: { element: 0x0110, vr: 'US' },
  messageIdBeingRespondedTo: { element: 0x0120, vr: 'US' },
  moveDestination: { element: 0x0600, vr: 'AE' },
  priority: { element: 0x0700, vr: 'US' },
  commandDataSetType: { element: 0x0800, vr: 'US' },
  status: { element: 0x0900, vr: 'US' },
  offendingElements: { element: 0x0901, vr: 'AT' },
  errorComment: { element: 0x0902, vr: 'LO' },
  errorId: { element: 0x0903, vr: 'US' },
  affectedSopInstanceUid: { element: 0x1000, vr: 'UI' },
  requestedSopInstanceUid: { element: 0x1001, vr: 'UI' },
  eventTypeId: { element: 0x1002, vr: 'US' },
  attributeIdentifierList: { element: 0x1005, vr: 'AT' },
  actionTypeId: { element: 0x1008, vr: 'US' },
  remainingSuboperations: { element: 0x1020, vr: 'US' },
  completedSuboperations: { element: 0x1021, vr: 'US' },
  failedSuboperations: { element: 0x1022, vr: 'US' },
  warningSuboperations: { element: 0x1023, vr: 'US' },
  moveOriginatorAeTitle: { element: 0x1030, vr: 'AE' },
  moveOriginatorMessageId: { element: 0x1031, vr: 'US' },
} as const;

/** What a value representation is in our hands: AT is a list of tags, 0xGGGGEEEE each. */
interface ValueOf {
  readonly UI: string;
  readonly AE: string;
  readonly LO: string;
  readonly US: number;
  readonly AT: readonly number[];
}

export type CommandKeyword = keyof typeof commandElements;
export type CommandVr = keyof ValueOf;
export type CommandValue = ValueOf[CommandVr];

/** A decoded command set; an element that was absent or empty is absent here. */
export type CommandSet = {
  readonly [K in CommandKeyword]?: ValueOf[(typeof commandElements)[K]['vr']];
};

/** Value of Command Data Set Type that says there is no data set; any other says there is one (PS3.7 E.1). */
export const noDataSet = 0x0101;

/** Values of Command Field (PS3.7 E.1). A response is its request with `responseBit`. */
export const commandFields = {
  cStoreRq: 0x0001,
  cGetRq: 0x0010,
  cFindRq: 0x0020,
  cMoveRq: 0x0021,
  cEchoRq: 0x0030,
  nEventReportRq: 0x0100,
  nGetRq: 0x0110,
  nSetRq: 0x0120,
  nActionRq: 0x0130,
  nCreateRq: 0x0140,
  nDeleteRq: 0x0150,
  cCancelRq: 0x0fff,
} as const;

export const responseBit = 0x8000;

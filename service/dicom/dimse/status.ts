/** Status class of a response (PS3.7 annex C). */
export type StatusClass = 'success' | 'warning' | 'failure';

interface StatusDefinition {
  /** The lowest code of the status. */
  readonly code: number;
  /** The highest code, where the standard leaves a range to the implementation. */
  readonly upTo?: number;
  readonly statusClass: StatusClass;
  readonly meaning: string;
  readonly clause: string;
}

/** The statuses a Storage SCP can answer: PS3.4 table B.2-1 and PS3.7 annex C. */
export const statuses = {
  success: { code: 0x0000, statusClass: 'success', meaning: 'Success', clause: 'PS3.4 B.2.3' },
  attributeListError: { code: 0x0107, statusClass: 'warning', meaning: 'Attribute list error', clause: 'PS3.7 C.4.2' },
  processingFailure: { code: 0x0110, statusClass: 'failure', meaning: 'Processing failure', clause: 'PS3.7 C.5.21' },
  noSuchSopInstance: { code: 0x0112, statusClass: 'failure', meaning: 'No such SOP instance', clause: 'PS3.7 C.5.19' },
  noSuchArgument: { code: 0x0114, statusClass: 'failure', meaning: 'No such argument', clause: 'PS3.7 C.5.16' },
  invalidArgumentValue: {
    code: 0x0115,
    statusClass: 'failure',
    meaning: 'Invalid argument value',
    clause: 'PS3.7 C.5.10',
  },
  invalidSopInstance: { code: 0x0117, statusClass: 'failure', meaning: 'Invalid SOP instance', clause: 'PS3.7 C.5.12' },
  noSuchSopClass: { code: 0x0118, statusClass: 'failure', meaning: 'No such SOP class', clause: 'PS3.7 C.5.20' },
  classInstanceConflict: {
    code: 0x0119,
    statusClass: 'failure',
    meaning: 'Class-instance conflict',
    clause: 'PS3.7 C.5.7',
  },
  sopClassNotSupported: {
    code: 0x0122,
    statusClass: 'failure',
    meaning: 'Refused: SOP class not supported',
    clause: 'PS3.7 C.5.6',
  },
  noSuchActionType: { code: 0x0123, statusClass: 'failure', meaning: 'No such action type', clause: 'PS3.7 C.5.24' },
  notAuthorized: { code: 0x0124, statusClass: 'failure', meaning: 'Refused: not authorized', clause: 'PS3.7 C.5.25' },
  duplicateInvocation: { code: 0x0210, statusClass: 'failure', meaning: 'Duplicate invocation', clause: 'PS3.7 C.5.9' },
  unrecognizedOperation: {
    code: 0x0211,
    statusClass: 'failure',
    meaning: 'Unrecognized operation',
    clause: 'PS3.7 C.5.23',
  },
  mistypedArgument: { code: 0x0212, statusClass: 'failure', meaning: 'Mistyped argument', clause: 'PS3.7 C.5.15' },
  resourceLimitation: { code: 0x0213, statusClass: 'failure', meaning: 'Resource limitation', clause: 'PS3.7 C.5.22' },
  outOfResources: {
    code: 0xa700,
    upTo: 0xa7ff,
    statusClass: 'failure',
    meaning: 'Refused: out of resources',
    clause: 'PS3.4 B.2.3',
  },
  dataSetDoesNotMatchSopClass: {
    code: 0xa900,
    upTo: 0xa9ff,
    statusClass: 'failure',
    meaning: 'Error: data set does not match SOP class',
    clause: 'PS3.4 B.2.3',
  },
  coercionOfDataElements: {
    code: 0xb000,
    statusClass: 'warning',
    meaning: 'Coercion of data elements',
    clause: 'PS3.4 B.2.3',
  },
  elementsDiscarded: { code: 0xb006, statusClass: 'warning', meaning: 'Elements discarded', clause: 'PS3.4 B.2.3' },
  dataSetWarning: {
    code: 0xb007,
    statusClass: 'warning',
    meaning: 'Data set does not match SOP class',
    clause: 'PS3.4 B.2.3',
  },
  cannotUnderstand: {
    code: 0xc000,
    upTo: 0xcfff,
    statusClass: 'failure',
    meaning: 'Error: cannot understand',
    clause: 'PS3.4 B.2.3',
  },
} as const satisfies Record<string, StatusDefinition>;

export type StatusName = keyof typeof statuses;

/** The name of a status code, or undefined for one a Storage SCP does not answer. */
export function statusNameOf(code: number): StatusName | undefined {
  const entries = Object.entries(statuses) as [StatusName, StatusDefinition][];
  return entries.find(([, status]) => code >= status.code && code <= (status.upTo ?? status.code))?.[0];
}

/** A code of PS3.16, Context Group 400 and following: what PS3.15 A.5.1 calls CodedValueType. */
export interface CodedValue {
  readonly code: string;
  readonly codeSystem: 'DCM';
  readonly meaning: string;
}

/** Codes of PS3.16 that audit messages of a Storage SCP use. */
export const auditCodes = {
  applicationActivity: dcm('110100', 'Application Activity'),
  instancesTransferred: dcm('110104', 'DICOM Instances Transferred'),
  securityAlert: dcm('110113', 'Security Alert'),
  applicationStart: dcm('110120', 'Application Start'),
  applicationStop: dcm('110121', 'Application Stop'),
  nodeAuthentication: dcm('110126', 'Node Authentication'),
  securityConfiguration: dcm('110129', 'Security Configuration'),
  auditRecordingStarted: dcm('110134', 'Audit Recording Started'),
  application: dcm('110150', 'Application'),
  destination: dcm('110152', 'Destination Role ID'),
  source: dcm('110153', 'Source Role ID'),
  studyInstanceUid: dcm('110180', 'Study Instance UID'),
  nodeId: dcm('110182', 'Node ID'),
} as const;

/** EventOutcomeIndicator: success, minor failure, serious failure, major failure (PS3.15 A.5.2). */
export type AuditOutcome = 0 | 4 | 8 | 12;

/** ActiveParticipant (PS3.15 A.5.1). */
export interface AuditParticipant {
  readonly userId: string;
  /** `AETITLES=a;b` (PS3.15 A.5.2.2). */
  readonly alternativeUserId?: string;
  readonly isRequestor: boolean;
  readonly role?: CodedValue;
  readonly networkAccessPoint?: { readonly id: string; readonly type: 'machine-name' | 'ip-address' };
}

/** ParticipantObjectIdentification (PS3.15 A.5.1). */
export type AuditObject =
  | {
      readonly type: 'study';
      readonly studyInstanceUid: string;
      /** How many instances of each SOP class. */
      readonly sopClasses: readonly { readonly uid: string; readonly instances: number }[];
    }
  | { readonly type: 'node'; readonly id: string; readonly alert: string };

/** One audit message, before it is written as XML or JSON. */
export interface AuditMessage {
  readonly event: CodedValue;
  readonly eventType?: CodedValue;
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly outcome: AuditOutcome;
  readonly outcomeDescription?: string;
  readonly participants: readonly AuditParticipant[];
  readonly sourceId: string;
  readonly objects: readonly AuditObject[];
}

function dcm(code: string, meaning: string): CodedValue {
  return { code, codeSystem: 'DCM', meaning };
}

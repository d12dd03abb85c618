import { storeFaultCodes } from '../core/object-store.ts';
import { peerFaults } from './dicom/errors.ts';
import { leniencies } from './dicom/pdu/leniency.ts';
import { importProblems } from './ingest/checks/import-problem.ts';
import { refusals } from './ingest/refusal.ts';
import { endCauses } from './net/association-record.ts';
import type { Check } from './net/judge.ts';
import type { AssociationRejectReason } from './telemetry/events.ts';
import type { LabelWords } from './telemetry/metrics/label-words.ts';

/** What a peer is told that does not pass a rule. */
const reasons: Readonly<Record<Check, AssociationRejectReason>> = {
  draining: 'local-limit-exceeded',
  'called-ae-title': 'called-ae-title-not-recognized',
  'calling-ae-title': 'calling-ae-title-not-recognized',
  'known-peer': 'calling-ae-title-not-recognized',
  'peer-address': 'calling-ae-title-not-recognized',
  'peer-certificate': 'calling-ae-title-not-recognized',
  'user-identity': 'no-reason-given',
  associations: 'local-limit-exceeded',
  'associations-of-peer': 'local-limit-exceeded',
  'bytes-in-flight': 'local-limit-exceeded',
  spool: 'local-limit-exceeded',
};

/** The words of the rooms that the metrics have in their labels. */
export function labelWords(routes: Iterable<string>): LabelWords {
  const refusalCodes = Object.values(refusals).map((refusal) => ('code' in refusal ? refusal.code : refusal('').code));
  const failing = importProblems.flatMap(({ code, severity }) => (severity === 'fails' ? [code] : []));
  return {
    faultCodes: [...Object.keys(peerFaults), ...endCauses],
    rejections: Object.entries(reasons).map(([because, reason]) => ({ because, reason })),
    refusalCodes: [...new Set([...refusalCodes, ...storeFaultCodes, ...failing])],
    importProblems,
    leniencies: Object.keys(leniencies),
    uploadFailureCodes: [...storeFaultCodes, 'ROUTE_UNKNOWN', 'SPOOL_UNREADABLE', 'UNEXPECTED'],
    routes: [...routes],
  };
}

import type { SealReason } from '../../../core/manifest.ts';
import { sealReasonSchema } from '../../../core/manifest.ts';
import {
  type AssociationRejectReason,
  associationEnds,
  associationRejectReasons,
  connectionRefusals,
} from '../events.ts';
import type { Instruments } from './instruments.ts';

/** The words that labels can have which other rooms know, and this one only counts. */
export interface LabelWords {
  /** Codes of what ends an association that the peer or a timer is at fault for. */
  readonly faultCodes: readonly string[];
  /** The rules for associations, each with the reason that a peer is given for it. */
  readonly rejections: readonly { readonly because: string; readonly reason: AssociationRejectReason }[];
  readonly refusalCodes: readonly string[];
  readonly importProblems: readonly { readonly code: string; readonly severity: 'fails' | 'degrades' }[];
  readonly leniencies: readonly string[];
  readonly uploadFailureCodes: readonly string[];
  readonly routes: readonly string[];
}

export const noWords: LabelWords = {
  faultCodes: [],
  rejections: [],
  refusalCodes: [],
  importProblems: [],
  leniencies: [],
  uploadFailureCodes: [],
  routes: [],
};

/** What became of an instance. */
export const instanceResults = ['kept', 'identical', 'refused'] as const;

/**
 * Shows every series from the start with the value 0. A series that comes into being with its first event hides that
 * event from `rate()` and `increase()`, which see no change.
 */
export function showFromZero(instruments: Instruments, words: LabelWords): void {
  const { associationsEnded, associationsRejected, connectionsRefused } = instruments;
  for (const how of associationEnds) associationsEnded.inc({ how, code: '' }, 0);
  for (const code of words.faultCodes) associationsEnded.inc({ how: 'aborted-by-us', code }, 0);
  for (const reason of associationRejectReasons) associationsRejected.inc({ reason, because: '' }, 0);
  for (const { reason, because } of words.rejections) associationsRejected.inc({ reason, because }, 0);
  for (const reason of connectionRefusals) connectionsRefused.inc({ reason }, 0);
  for (const what of ['tls', 'peers']) instruments.reloadFailures.inc({ what }, 0);
  for (const result of instanceResults) instruments.instances.inc({ result }, 0);
  for (const code of words.refusalCodes) instruments.instancesRefused.inc({ code }, 0);
  for (const { code, severity } of words.importProblems) instruments.importProblems.inc({ code, severity }, 0);
  for (const kind of words.leniencies) instruments.leniencies.inc({ kind }, 0);
  for (const code of words.uploadFailureCodes) instruments.spoolUploadFailures.inc({ code }, 0);
  for (const route of words.routes) {
    for (const outcome of ['kept', 'identical', 'found']) instruments.spoolUploads.inc({ route, outcome }, 0);
    for (const reason of sealReasons) instruments.batchesSealed.inc({ route, reason }, 0);
  }
  for (const result of ['accepted', 'refused']) instruments.commitmentRequests.inc({ result }, 0);
  for (const result of ['committed', 'failed']) instruments.commitmentInstances.inc({ result }, 0);
  for (const code of ['REPORTED', 'EXPIRED']) instruments.commitmentReports.inc({ code }, 0);
  for (const result of ['sent', 'dropped']) instruments.auditMessages.inc({ result }, 0);
}

/** The sweeper seals in a dead owner's place; the service never for this reason unless its own lease ran out. */
const sealReasons: readonly SealReason[] = sealReasonSchema.options;

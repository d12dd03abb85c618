import type { Commitment } from '../../core/commitment.ts';
import type { PeerListener } from '../../core/peers.ts';
import { type CommitmentReport, encodeCommitmentReport, eventTypeOf } from '../dicom/commitment/encode-report.ts';
import { storageCommitmentPushModelSopInstanceUid } from '../dicom/commitment/tags.ts';
import type { ReportAnswer, ReportRequest } from '../dicom/requestor/event-report-requestor.ts';
import { storageCommitmentPushModelSopClassUid } from '../dicom/uids.ts';

/** An N-EVENT-REPORT, but for whom it is sent to. */
export type Event = Pick<ReportRequest, 'sopInstanceUid' | 'eventTypeId' | 'encode'>;

/** `unable`: the association is gone, or the peer is in the middle of something. */
export type ChannelAnswer = ReportAnswer | { readonly kind: 'unable' };

/** The association that a request came on. */
export interface AssociationChannel {
  readonly isOpen: () => boolean;
  /** Rejects never. */
  readonly report: (event: Event) => Promise<ChannelAnswer>;
}

/** How an association to a peer's own listener came out. */
export type DialAnswer =
  | ReportAnswer
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'timeout' };

/** Opens an association for one report; rejects never, and is over within `timeoutMs`. */
export type Dial = (listener: PeerListener, request: ReportRequest, timeoutMs: number) => Promise<DialAnswer>;

/** What a transaction has come to, as an event for its peer. */
export function eventOf(commitment: Commitment): Event {
  const reasons = new Map(commitment.failures);
  const references = commitment.references.map(([sopClassUid, sopInstanceUid], position) => ({
    sopClassUid,
    sopInstanceUid,
    failureReason: reasons.get(position),
  }));
  const report: CommitmentReport = {
    transactionUid: commitment.transactionUid,
    committed: references.filter(({ failureReason }) => failureReason === undefined),
    failed: references.flatMap(({ failureReason, ...reference }) =>
      failureReason === undefined ? [] : [{ ...reference, failureReason }],
    ),
  };
  return {
    sopInstanceUid: storageCommitmentPushModelSopInstanceUid,
    eventTypeId: eventTypeOf(report),
    encode: (transferSyntaxUid) => encodeCommitmentReport(report, transferSyntaxUid),
  };
}

/** The event on an association of our own: to the title that asked, from the one that it asked. */
export const requestOf = ({ callingAeTitle, calledAeTitle }: Commitment, event: Event): ReportRequest => ({
  ...event,
  calledAeTitle: callingAeTitle,
  callingAeTitle: calledAeTitle,
  sopClassUid: storageCommitmentPushModelSopClassUid,
  transferSyntaxUids: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'],
});

/** Whether the peer has the report: success, or a warning (PS3.7 C.1 to C.4). */
export function isTaken(answer: DialAnswer | ChannelAnswer): boolean {
  if (answer.kind !== 'answered') return false;
  const { status } = answer;
  return status === 0 || status === 0x0001 || status === 0x0107 || status === 0x0116 || status >>> 12 === 0xb;
}

/** What kept a report from its peer, as a code and in words. */
export function troubleOf(answer: DialAnswer | ChannelAnswer): { readonly code: string; readonly detail: string } {
  switch (answer.kind) {
    case 'answered':
      return { code: 'REPORT_FAILED', detail: `status ${hex(answer.status)}` };
    case 'rejected': {
      const { result, source, reason } = answer.rejection;
      return { code: 'ASSOCIATION_REJECTED', detail: `result ${result}, source ${source}, reason ${reason}` };
    }
    case 'refused':
      return { code: 'CONTEXT_REFUSED', detail: answer.why };
    case 'aborted':
      return { code: 'ASSOCIATION_ABORTED', detail: 'the peer ended the association' };
    case 'fault':
      return { code: 'PEER_FAULT', detail: answer.code };
    case 'unreachable':
      return { code: 'PEER_UNREACHABLE', detail: answer.code };
    case 'timeout':
      return { code: 'PEER_SILENT', detail: 'no answer in time' };
    case 'unable':
      return { code: 'NO_ADDRESS', detail: 'its association is over, and the peers file has no address for reports' };
  }
}

const hex = (status: number): string => `0x${status.toString(16).padStart(4, '0').toUpperCase()}`;

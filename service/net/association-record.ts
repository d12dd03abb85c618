import type { Clock } from '../../core/clock.ts';
import type { Association } from '../dicom/effects.ts';
import type { Rejection } from '../dicom/pdu/codes.ts';
import type { AssociateRq } from '../dicom/pdu/types.ts';
import type { Refusal } from '../ingest/refusal.ts';
import type { AssociationEnd, AssociationFields, AssociationRejectReason, Emit } from '../telemetry/events.ts';
import { type SafeText, safeText } from '../telemetry/safe-text.ts';
import type { Check } from './judge.ts';
import type { PeerFacts } from './peer-facts.ts';

/** Why this side ends an association that the peer did nothing wrong in. */
export const endCauses = [
  'IDLE_TIMEOUT',
  'IN_FLIGHT_TIMEOUT',
  'ANSWERS_UNREAD',
  'DRAIN_DEADLINE',
  'RELEASE_UNANSWERED',
] as const;
export type EndCause = (typeof endCauses)[number];

export interface AssociationRecordOptions {
  readonly associationId: string;
  readonly facts: PeerFacts;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** What is told of one connection: counts what passes, and reports each turn of its life once. */
export class AssociationRecord {
  readonly #options: AssociationRecordOptions;
  readonly #peer: SafeText;
  readonly #startedMs: number;
  #association: Association | undefined;
  #rejected = false;
  #check: Check | undefined;
  #cause: EndCause | undefined;
  #end: { readonly how: AssociationEnd; readonly faultCode: string | undefined } | undefined;
  #receivedBytes = 0;
  #stored = 0;
  #refused = 0;

  constructor(options: AssociationRecordOptions) {
    this.#options = options;
    this.#peer = safeText(options.facts.address);
    this.#startedMs = options.clock.monotonicMs();
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  accepted(association: Association): void {
    this.#association = association;
    const { tls, certificate, vpcEndpointId } = this.#options.facts;
    this.#options.emit({
      event: 'association-accepted',
      ...this.#fields(association),
      acceptedContexts: association.acceptedContexts.length,
      refusedContexts: association.refusedContexts.length,
      implementationVersion:
        association.peerImplementationVersionName === undefined
          ? undefined
          : safeText(association.peerImplementationVersionName, 16),
      tls,
      certificate: certificate?.commonName === undefined ? undefined : safeText(certificate.commonName),
      vpcEndpointId: vpcEndpointId === undefined ? undefined : safeText(vpcEndpointId),
    });
  }

  /** Our rules refuse the request for this; a rejection that follows is told with it. */
  refusedBy(check: Check): void {
    this.#check = check;
  }

  rejected(rejection: Rejection, request: AssociateRq): void {
    this.#rejected = true;
    this.#options.emit({
      event: 'association-rejected',
      ...this.#fields(request),
      reason: reasonOf(rejection),
      because: this.#check,
    });
  }

  echoed(): void {
    this.#options.emit({ event: 'echo-answered', associationId: this.#options.associationId });
  }

  leniency(kind: string): void {
    this.#options.emit({ event: 'leniency-used', associationId: this.#options.associationId, kind });
  }

  /** A request was answered with a failure before anything of it was kept. */
  refused(status: number): void {
    this.#refused += 1;
    this.#options.emit({ event: 'request-refused', associationId: this.#options.associationId, status });
  }

  answered(refusal: Refusal | undefined): void {
    if (refusal === undefined) this.#stored += 1;
    else this.#refused += 1;
  }

  /** This side is about to end the association, for this. */
  because(cause: EndCause): void {
    this.#cause ??= cause;
  }

  ended(how: AssociationEnd, faultCode: string | undefined): void {
    this.#end ??= { how, faultCode: faultCode ?? this.#cause };
  }

  bug(error: unknown): void {
    this.#options.emit({ event: 'bug', associationId: this.#options.associationId, error });
  }

  /** The transport is closed: the last word. */
  close(): void {
    const { how, faultCode } = this.#end ?? { how: 'transport-closed', faultCode: undefined };
    if (this.#association === undefined) {
      if (!this.#rejected) this.#options.emit({ event: 'connection-closed-early', peer: this.#peer, how });
      return;
    }
    this.#options.emit({
      event: 'association-ended',
      ...this.#fields(this.#association),
      how,
      faultCode,
      stored: this.#stored,
      refused: this.#refused,
      receivedBytes: this.#receivedBytes,
      durationMs: this.#options.clock.monotonicMs() - this.#startedMs,
    });
  }

  #fields(titles: { readonly callingAeTitle: string; readonly calledAeTitle: string }): AssociationFields {
    return {
      associationId: this.#options.associationId,
      peer: this.#peer,
      callingAeTitle: safeText(titles.callingAeTitle, 16),
      calledAeTitle: safeText(titles.calledAeTitle, 16),
    };
  }
}

/** The words of PS3.8 Table 9-21 for a rejection; a local policy may reject without any of them. */
function reasonOf({ source, reason }: Rejection): AssociationRejectReason {
  switch (`${source}/${reason}`) {
    case '1/2':
      return 'application-context-name-not-supported';
    case '1/3':
      return 'calling-ae-title-not-recognized';
    case '1/7':
      return 'called-ae-title-not-recognized';
    case '2/2':
      return 'protocol-version-not-supported';
    case '3/1':
      return 'temporary-congestion';
    case '3/2':
      return 'local-limit-exceeded';
    default:
      return 'no-reason-given';
  }
}

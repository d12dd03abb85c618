import type { SealReason } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { CommitmentEvent } from './commitment-events.ts';
import type { SafeText } from './safe-text.ts';

/**
 * Everything that can be told about the service: one closed union, projected to logs, metrics, spans and audit messages.
 * Field types are closed on purpose: numbers, known words, identifiers and bounded text. What has no field here cannot
 * leak.
 */
export type TelemetryEvent =
  | {
      readonly event: 'service-listening';
      readonly host: string;
      readonly port: number | undefined;
      readonly tlsPort: number | undefined;
      readonly adminPort: number;
    }
  | { readonly event: 'service-draining'; readonly associations: number }
  | { readonly event: 'service-stopped'; readonly endedAssociations: number }
  | {
      readonly event: 'connection-refused';
      readonly peer: SafeText;
      readonly reason: ConnectionRefusal;
      readonly code: SafeText | undefined;
    }
  | { readonly event: 'connection-rate-exceeded'; readonly peer: SafeText }
  | {
      readonly event: 'tls-loaded';
      readonly profile: string;
      readonly sha256: string;
      readonly expiresAt: string;
      readonly expiresAtMs: number;
    }
  | { readonly event: 'peers-loaded'; readonly peers: number; readonly callingAeTitles: readonly SafeText[] }
  | { readonly event: 'reload-failed'; readonly what: 'tls' | 'peers'; readonly detail: SafeText }
  | {
      readonly event: 'peer-recorded';
      readonly peer: SafeText;
      readonly callingAeTitle: SafeText;
      readonly calledAeTitle: SafeText;
      readonly certificateSha256: string | undefined;
    }
  | { readonly event: 'recording-failed'; readonly detail: SafeText }
  | { readonly event: 'bytes-in-flight-saturated'; readonly isSaturated: boolean; readonly bytes: number }
  | ({ readonly event: 'association-accepted' } & AssociationFields & {
        readonly acceptedContexts: number;
        readonly refusedContexts: number;
        readonly implementationVersion: SafeText | undefined;
        readonly tls: string | undefined;
        readonly certificate: SafeText | undefined;
        readonly vpcEndpointId: SafeText | undefined;
      })
  | ({ readonly event: 'association-rejected' } & AssociationFields & {
        /** What the peer was told. */
        readonly reason: AssociationRejectReason;
        /** The rule that it did not pass, where it is one of ours. */
        readonly because: string | undefined;
      })
  | ({ readonly event: 'association-ended' } & AssociationFields & {
        readonly how: AssociationEnd;
        readonly faultCode: string | undefined;
        readonly stored: number;
        readonly refused: number;
        readonly receivedBytes: number;
        readonly durationMs: number;
      })
  | {
      readonly event: 'connection-closed-early';
      readonly peer: SafeText;
      readonly how: AssociationEnd | 'health-check';
    }
  | { readonly event: 'echo-answered'; readonly associationId: string }
  | { readonly event: 'request-refused'; readonly associationId: string; readonly status: number }
  | { readonly event: 'leniency-used'; readonly associationId: string; readonly kind: string }
  | ({ readonly event: 'instance-stored' } & InstanceFields & {
        readonly batchId: BatchId;
        readonly outcome: 'kept' | 'identical';
        readonly bytes: number;
        readonly durationMs: number;
        /** The part of it after the last byte had come. */
        readonly storeMs: number;
      })
  | ({ readonly event: 'instance-spooled' } & InstanceFields & {
        readonly outcome: 'kept' | 'identical';
        readonly bytes: number;
        readonly durationMs: number;
        readonly storeMs: number;
      })
  | ({ readonly event: 'instance-refused' } & InstanceFields & {
        readonly status: number;
        readonly code: string;
        readonly detail: SafeText;
        readonly durationMs: number;
      })
  | ({ readonly event: 'import-doubtful' } & InstanceFields & {
        readonly code: string;
        /** Whether its import will fail, or lose something. */
        readonly severity: 'fails' | 'degrades';
      })
  | ({ readonly event: 'instance-differs' } & InstanceFields & { readonly batchId: BatchId; readonly key: SafeText })
  | { readonly event: 'batch-opened'; readonly batchId: BatchId; readonly route: string; readonly traceparent?: string }
  | {
      /** The first instance of an association comes into a batch. */
      readonly event: 'batch-joined';
      readonly batchId: BatchId;
      readonly associationId: string;
      readonly traceparent?: string;
    }
  | {
      readonly event: 'batch-sealed';
      readonly batchId: BatchId;
      readonly route: string;
      readonly reason: SealReason;
      readonly files: number;
      readonly bytes: number;
      readonly studyInstanceUids: readonly SafeText[];
      /** How long the seal took. */
      readonly durationMs: number;
    }
  | { readonly event: 'batch-abandoned'; readonly batchId: BatchId; readonly route: string }
  | {
      readonly event: 'batch-lost';
      readonly batchId: BatchId;
      readonly moved: number;
    }
  | { readonly event: 'seal-failed'; readonly batchId: BatchId; readonly detail: SafeText }
  | { readonly event: 'routes-loaded'; readonly routes: readonly string[] }
  | { readonly event: 'spool-opened'; readonly instances: number; readonly bytes: number }
  | { readonly event: 'spool-busy'; readonly owner: SafeText }
  | { readonly event: 'spool-level'; readonly fill: SpoolLevel; readonly usedPercent: number }
  | ({ readonly event: 'instance-uploaded' } & InstanceFields & {
        readonly route: string;
        readonly batchId: BatchId;
        /** `found`: a process that died had uploaded it already. */
        readonly outcome: 'kept' | 'identical' | 'found';
        readonly bytes: number;
        /** How long it was in the spool. */
        readonly waitedMs: number;
        readonly traceparent?: string;
      })
  | { readonly event: 'upload-failed'; readonly code: string; readonly detail: SafeText; readonly retryMs: number }
  | { readonly event: 'uploads-resumed' }
  | { readonly event: 'spool-record-damaged'; readonly file: SafeText; readonly detail: SafeText }
  | { readonly event: 'spool-drained'; readonly leftInstances: number; readonly leftBytes: number }
  | { readonly event: 'ledger-read-failed'; readonly detail: SafeText }
  | { readonly event: 'lease-renewal-failed'; readonly batchId: BatchId; readonly detail: SafeText }
  | {
      /** Somebody asked for something on the status page. `denied`: without the token, or from another page. */
      readonly event: 'operator-acted';
      readonly action: 'replay' | 'approve-peer';
      readonly about: SafeText;
      readonly outcome: 'done' | 'refused' | 'denied';
    }
  | CommitmentEvent
  | { readonly event: 'audit-failed'; readonly code: SafeText }
  | { readonly event: 'audit-resumed'; readonly dropped: number }
  | { readonly event: 'task-protection-failed'; readonly detail: SafeText }
  | { readonly event: 'bug'; readonly associationId: string | undefined; readonly error: unknown };

/** How full the volume of the spool is: from `high` on no association is accepted, from `full` on no instance. */
export type SpoolLevel = 'normal' | 'high' | 'full';

export const associationEnds = [
  'released',
  'aborted-by-peer',
  'aborted-by-us',
  'rejected',
  'transport-closed',
  'artim-expired',
] as const;
export type AssociationEnd = (typeof associationEnds)[number];

/** Why a connection is closed before a byte of DICOM was read. */
export const connectionRefusals = [
  'too-many-pending',
  'connection-rate',
  'proxy-header-missing',
  'proxy-header-unexpected',
  'proxy-header-invalid',
  'tls-on-plain-port',
  'plain-dicom-on-tls-port',
  'not-tls',
  'tls-handshake-failed',
  'client-certificate-missing',
  'client-certificate-invalid',
] as const;
export type ConnectionRefusal = (typeof connectionRefusals)[number];

export const associationRejectReasons = [
  'application-context-name-not-supported',
  'protocol-version-not-supported',
  'calling-ae-title-not-recognized',
  'called-ae-title-not-recognized',
  'temporary-congestion',
  'local-limit-exceeded',
  'no-reason-given',
] as const;
export type AssociationRejectReason = (typeof associationRejectReasons)[number];

export interface AssociationFields {
  readonly associationId: string;
  readonly peer: SafeText;
  readonly callingAeTitle: SafeText;
  readonly calledAeTitle: SafeText;
}

export interface InstanceFields {
  readonly associationId: string;
  readonly callingAeTitle: SafeText;
  readonly sopClassUid: SafeText;
  readonly sopInstanceUid: SafeText;
  /** Empty while it is not known. */
  readonly studyInstanceUid: SafeText;
  readonly transferSyntaxUid: SafeText;
}

export type Emit = (event: TelemetryEvent) => void;

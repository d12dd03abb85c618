import type { SealReason } from '../../core/manifest.ts';
import type { SpoolLevel } from './events.ts';
import type { ThroughputSlot } from './throughput.ts';

export interface LiveAssociation {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly peer: string;
  /** By the wall clock, milliseconds since the epoch; so are all times here. */
  readonly sinceMs: number;
  readonly stored: number;
  readonly refused: number;
  readonly bytes: number;
}

/** What a peer last did. */
export interface PeerResult {
  readonly callingAeTitle: string;
  readonly peer: string;
  readonly atMs: number;
  readonly result: 'connected' | 'released' | 'aborted' | 'rejected';
  /** Why, where it did not go well: a code, or the words of the rejection. */
  readonly reason: string | undefined;
  readonly stored: number;
  readonly refused: number;
  readonly isUnlisted: boolean;
}

export interface OpenBatch {
  readonly batchId: string;
  readonly route: string;
  readonly openedMs: number;
  readonly files: number;
  readonly bytes: number;
}

export interface SealedBatchSummary {
  readonly batchId: string;
  readonly route: string;
  readonly sealedMs: number;
  readonly reason: SealReason;
  readonly files: number;
  readonly bytes: number;
}

/** Something that did not go well. Codes and identifiers alone. */
export interface Trouble {
  readonly atMs: number;
  readonly what: string;
  readonly about: string;
  readonly code: string;
}

/** The service as it is. */
export interface LiveStatusView {
  readonly startedMs: number;
  readonly isDraining: boolean;
  readonly associations: readonly LiveAssociation[];
  readonly throughput: readonly ThroughputSlot[];
  readonly peers: readonly PeerResult[];
  readonly openBatches: readonly OpenBatch[];
  readonly sealedBatches: readonly SealedBatchSummary[];
  readonly troubles: readonly Trouble[];
  readonly totals: { readonly stored: number; readonly refused: number; readonly bytes: number };
  readonly spool: SpoolLevel | undefined;
  readonly certificateExpiresMs: number | undefined;
}

import type { Clock } from '../../core/clock.ts';
import type { Background } from './background.ts';
import type { Account, EventContent, EventOutputUri } from './events/event.ts';
import type { FaultPlan } from './faults.ts';
import type { ObjectAccess } from './objects/object-access.ts';
import type { Quotas } from './quotas.ts';
import type { State } from './state/state.ts';

/** What every part of the emulator works with. */
export interface Emulator {
  readonly account: Account;
  readonly state: State;
  readonly objects: ObjectAccess;
  readonly clock: Clock;
  /** 32 characters of 0-9a-z, never the same twice. */
  readonly newId: () => string;
  readonly background: Background;
  readonly quotas: Quotas;
  readonly timing: Timing;
  readonly behaviour: Behaviour;
  readonly faults: FaultPlan;
  readonly publish: (content: EventContent) => void;
}

/** How long things take before they begin; an import's own work comes on top. In milliseconds. */
export interface Timing {
  /** CREATING to ACTIVE. */
  readonly datastoreMs: number;
  /** SUBMITTED to IN_PROGRESS. */
  readonly queueMs: number;
  /** IN_PROGRESS to the first file. */
  readonly importMs: number;
}

/** Where AWS's documents are silent or disagree: which of the possible behaviours to show. */
export interface Behaviour {
  /** What becomes of a job with too many files or bytes. */
  readonly oversizeJobs: 'fail-job' | 'reject-start';
  /** Whether a file that was imported with warnings is in success.ndjson too. */
  readonly warnedFiles: 'success-and-warning' | 'warning-only';
  readonly eventOutputUri: EventOutputUri;
  /** The HTTP status of a STOW-RS request of which a part was stored: the standard's, or what AWS's sample expects. */
  readonly partlyStored: 202 | 200;
}

export const defaultTiming: Timing = { datastoreMs: 0, queueMs: 0, importMs: 0 };

export const defaultBehaviour: Behaviour = {
  oversizeJobs: 'fail-job',
  warnedFiles: 'success-and-warning',
  eventOutputUri: 'job-folder',
  partlyStored: 202,
};

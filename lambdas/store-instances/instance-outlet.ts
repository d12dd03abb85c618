import { PipelineFault } from '../../core/pipeline-fault.ts';

/** The port to HealthImaging's STOW-RS: instances are stored while one waits for the answer. */
export interface InstanceOutlet {
  /**
   * Stores Part 10 files by one request.
   * @throws PipelineFault IMPORT_THROTTLED, IMPORT_UNAVAILABLE (it may have been stored), IMPORT_REFUSED
   */
  readonly store: (datastoreId: string, files: readonly Uint8Array[]) => Promise<StowAnswer>;
}

/** What the answer says of instances, by their SOP Instance UIDs. Those that it does not name may be stored or not. */
export interface StowAnswer {
  readonly stored: readonly StoredInstance[];
  readonly refused: readonly RefusedInstance[];
}

export interface StoredInstance {
  readonly sopInstanceUid: string;
  /** Types of HealthImaging's warnings, as import jobs name them. */
  readonly warnings: readonly string[];
}

export interface RefusedInstance {
  readonly sopInstanceUid: string;
  /** Failure Reason (0008,1197) in hex, `0xC000`; `none` when there is none. */
  readonly failureReason: string;
}

/** Takes nothing. */
export const noOutlet: InstanceOutlet = {
  store: () => Promise.reject(new PipelineFault('IMPORT_REFUSED', 'this stack has no way to STOW-RS')),
};

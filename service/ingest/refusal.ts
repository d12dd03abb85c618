import { StoreFault } from '../../core/object-store.ts';
import { FileMetaError } from '../dicom/part10/file-meta.ts';

/** Why an instance is not kept, as the modality is told (PS3.4 B.2.3, PS3.7 Annex C) and as a stable code. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** At most 64 characters, without anything from the data set. */
  readonly comment: string;
  /** Tags of what is wrong, told as (0000,0901). */
  readonly offendingElements?: readonly number[];
}

export const refusals = {
  unreadable: (reason: string): Refusal => ({
    status: 0xc000,
    code: 'DATA_SET_UNREADABLE',
    comment: `Cannot understand: ${reason}`.slice(0, 64),
  }),
  sopClassDiffers: {
    status: 0xa900,
    code: 'SOP_CLASS_DIFFERS',
    comment: 'Data set is of another SOP class than the request',
  },
  sopInstanceDiffers: {
    status: 0xa900,
    code: 'SOP_INSTANCE_DIFFERS',
    comment: 'Data set is another SOP instance than the request',
  },
  uidUnusable: {
    status: 0x0117,
    code: 'UID_UNUSABLE',
    comment: 'A UID has other characters than digits and dots',
  },
  /** Nobody foresaw what went wrong. */
  bug: { status: 0x0110, code: 'PROCESSING_FAILURE', comment: 'Processing failure' },
} as const;

/** The refusal for whatever went wrong while an instance was kept. An unexpected error is a bug. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof StoreFault) {
    return { status: error.status, code: error.code, comment: storeComments[error.code] };
  }
  if (error instanceof FileMetaError) return refusals.uidUnusable;
  return refusals.bug;
}

const storeComments = {
  STORE_UNAVAILABLE: 'Storage cannot be reached; send again later',
  STORE_FULL: 'Storage is full; send again later',
  STORE_DENIED: 'Storage refuses this service',
  STORE_TIMEOUT: 'Storage did not answer in time; send again later',
  STORE_CORRUPT: 'Storage received other bytes than were sent',
} as const;

import type { ObjectMetadata } from '../../core/object-store.ts';

export const ctImageStorageUid = '1.2.840.10008.5.1.4.1.1.2';

/** What is kept of a synthetic CT instance, number `instance` of its series. */
export function sampleMetadata(instance = 1, changes: Partial<ObjectMetadata> = {}): ObjectMetadata {
  return {
    sopClassUid: ctImageStorageUid,
    sopInstanceUid: `1.2.3.1.1.${instance}`,
    seriesInstanceUid: '1.2.3.1.1',
    studyInstanceUid: '1.2.3.1',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    callingAeTitle: 'CT1',
    receivedAt: '2026-01-02T03:04:05.000Z',
    ...changes,
  };
}

/** The n-th batch id of a test; ids sort by n. */
export const sampleBatchId = (n: number): string => `01JGKZ0000${String(n).padStart(16, '0')}`;

import { retiredStorageSopClasses } from './uids/retired-storage-sop-classes.ts';
import { storageSopClasses } from './uids/storage-sop-classes.ts';

/** Verification SOP Class: C-ECHO (PS3.4 Annex A). */
export const verificationSopClassUid = '1.2.840.10008.1.1';

/** Storage Commitment Push Model SOP Class (PS3.4 J.3). */
export const storageCommitmentPushModelSopClassUid = '1.2.840.10008.1.20.1';

const otherSopClasses: ReadonlyMap<string, string> = new Map([
  [verificationSopClassUid, 'Verification'],
  [storageCommitmentPushModelSopClassUid, 'StorageCommitmentPushModel'],
]);

/** True for the Storage SOP Classes of PS3.6, current or retired. Private and newer classes are not known here. */
export function isStorageSopClass(sopClassUid: string): boolean {
  return storageSopClasses.has(sopClassUid) || retiredStorageSopClasses.has(sopClassUid);
}

/** The PS3.6 keyword of a SOP Class (`CTImageStorage`), or undefined when it is none that this service knows. */
export function sopClassKeyword(sopClassUid: string): string | undefined {
  return (
    storageSopClasses.get(sopClassUid) ?? retiredStorageSopClasses.get(sopClassUid) ?? otherSopClasses.get(sopClassUid)
  );
}

import { storageCommitmentPushModelSopClassUid, verificationSopClassUid } from '../uids.ts';

/** What an accepted presentation context is for. */
export type Service = 'verification' | 'storage' | 'storage-commitment';

/** The service of an abstract syntax that was accepted: what is none of the others is an instance to store. */
export function serviceOf(abstractSyntaxUid: string): Service {
  switch (abstractSyntaxUid) {
    case verificationSopClassUid:
      return 'verification';
    case storageCommitmentPushModelSopClassUid:
      return 'storage-commitment';
    default:
      return 'storage';
  }
}

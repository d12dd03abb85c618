/** The SOP classes that are not storage and that the service knows by name. */
export const verificationSopClass = '1.2.840.10008.1.1';
export const storageCommitmentPushModelSopClass = '1.2.840.10008.1.20.1';

/** What an accepted presentation context is for. */
export type Service = 'verification' | 'storage' | 'storage-commitment';

/** The service of an abstract syntax that was accepted: what is none of the others is an instance to store. */
export function serviceOf(abstractSyntaxUid: string): Service {
  switch (abstractSyntaxUid) {
    case verificationSopClass:
      return 'verification';
    case storageCommitmentPushModelSopClass:
      return 'storage-commitment';
    default:
      return 'storage';
  }
}

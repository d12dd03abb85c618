/** The attributes of storage commitment (PS3.4 tables J.3-1 and J.3-2), 0xGGGGEEEE each. */
export const tags = {
  referencedSopClassUid: 0x00081150,
  referencedSopInstanceUid: 0x00081155,
  transactionUid: 0x00081195,
  failureReason: 0x00081197,
  failedSopSequence: 0x00081198,
  referencedSopSequence: 0x00081199,
} as const;

/** The one instance of the Storage Commitment Push Model SOP class (PS3.4 J.3.5). */
export const storageCommitmentPushModelSopInstanceUid = '1.2.840.10008.1.20.1.1';

/** Action Type ID of a Storage Commitment Request (PS3.4 J.3.2). */
export const requestStorageCommitment = 1;

/** Event Type IDs of a report (PS3.4 J.3.3). */
export const eventTypes = { successful: 1, failuresExist: 2 } as const;

/** Values of Failure Reason (0008,1197), PS3.3 C.14. */
export const failureReasons = {
  processingFailure: 0x0110,
  noSuchObjectInstance: 0x0112,
  classInstanceConflict: 0x0119,
} as const;

/** A UID as a DynamoDB key: those may not be empty, and a sender may leave a UID out. */
export const keyOf = (uid: string): string => (uid === '' ? '_' : uid);

/** The UID that `keyOf` was made from. */
export const uidOf = (key: string): string => (key === '_' ? '' : key);

/** What becomes of the data set that is being received. */
export interface DataSetUse {
  take(bytes: Uint8Array): void;
  end(): void;
  /** The association is over before the data set is. */
  cancel(): void;
}

/** A data set that nobody wants: passed over, then `then`. */
export function drained(then: () => void): DataSetUse {
  return { take: () => {}, end: then, cancel: () => {} };
}

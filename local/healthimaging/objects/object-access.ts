/** What the emulator needs of an object store: the input files of import jobs, and a place for their output files. */
export interface ObjectAccess {
  /** Every object whose key begins with `prefix`, in key order. */
  readonly list: (bucket: string, prefix: string) => AsyncIterable<ListedObject>;
  /** The object's bytes in chunks of any length; rejects when it cannot be read. */
  readonly read: (bucket: string, key: string) => AsyncIterable<Uint8Array>;
  /** Writes a small object whole. */
  readonly write: (bucket: string, key: string, bytes: Uint8Array, contentType: string) => Promise<void>;
}

export interface ListedObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

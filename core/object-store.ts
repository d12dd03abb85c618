/**
 * The port to where bytes go: a flat key space with conditional writes and strongly consistent listing, which S3 and
 * a POSIX folder both give.
 */
export interface ObjectStore {
  /** Begins an object of unknown length. Nothing is visible under the key before `commit` has resolved. */
  readonly create: (key: string, metadata: ObjectMetadata) => ObjectWriter;
  /** Writes a small object whole, over whatever was there. */
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Writes a small object whole unless the key exists: exactly one of many callers gets `created`. */
  readonly putIfAbsent: (key: string, bytes: Uint8Array) => Promise<'created' | 'exists'>;
  /** A small object whole, or undefined when there is none. */
  readonly get: (key: string) => Promise<Uint8Array | undefined>;
  /** What is known of an object, or undefined when there is none. */
  readonly head: (key: string) => Promise<ObjectInfo | undefined>;
  /** Every object whose key begins with `prefix`, in key order. */
  readonly list: (prefix: string) => AsyncIterable<ObjectSummary>;
  /** Copies within the store; resolves when the copy is durable. */
  readonly copy: (fromKey: string, toKey: string) => Promise<void>;
  /** Removes an object; nothing happens when there is none. */
  readonly delete: (key: string) => Promise<void>;
  /** Resolves when the store can take objects now. */
  readonly check: () => Promise<void>;
}

/**
 * One object on its way in.
 * `write` answers a promise when the caller should wait before it brings more. The bytes may be overwritten when it has
 * returned, or when what it answered has resolved. After `commit` has resolved the bytes are durable; it rejects with a
 * StoreFault otherwise. `discard` frees what is held, and leaves nothing of what was not committed; it never rejects. What
 * a commit has stored, whatever became of that, it lets lie: whether it may go is for those to say who may name it.
 */
export interface ObjectWriter {
  readonly write: (bytes: Uint8Array) => Promise<void> | undefined;
  /** Length and CRC-32 of all that was written so far. */
  readonly digest: () => Digest;
  readonly commit: () => Promise<void>;
  /**
   * After `commit` has resolved or rejected: undefined when no object of this writer is under the key or will be;
   * otherwise for how many milliseconds from now one may yet appear there, after which the store tells for good.
   */
  readonly mayAppearForMs: () => number | undefined;
  readonly discard: () => Promise<void>;
}

export interface Digest {
  readonly bytes: number;
  /** 8 hex digits. */
  readonly crc32: string;
}

/** What the sweeper must know of an instance without opening it. Identifiers only; no PHI. */
export interface ObjectMetadata {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly callingAeTitle: string;
  readonly receivedAt: string;
  /** W3C trace context of the association that brought it, where that is traced. */
  readonly traceparent?: string | undefined;
}

export interface ObjectSummary {
  readonly key: string;
  readonly bytes: number;
  /** By the store's own clock, milliseconds since the epoch. */
  readonly modifiedAtMs: number;
}

export interface ObjectInfo extends ObjectSummary {
  readonly crc32: string;
  readonly metadata: ObjectMetadata | undefined;
  /** The store's own clock when it answered, milliseconds since the epoch. */
  readonly storeNowMs: number;
}

export const storeFaultCodes = [
  'STORE_UNAVAILABLE',
  'STORE_FULL',
  'STORE_DENIED',
  'STORE_TIMEOUT',
  'STORE_CORRUPT',
] as const;
export type StoreFaultCode = (typeof storeFaultCodes)[number];

/** Our backend failed. `status` is the DIMSE status that the modality is told (PS3.4 B.2.3). */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code: StoreFaultCode;
  readonly retryable: boolean;
  /** 0xA700, Refused: Out of Resources: the modality keeps its copy and may send again. */
  readonly status = 0xa700;

  constructor(
    code: StoreFaultCode,
    message: string,
    options: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}

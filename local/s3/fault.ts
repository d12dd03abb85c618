import type { OperationName } from './operation.ts';
import type { S3ErrorCode } from './s3-error.ts';

/** What a fault rule is asked about. Empty `bucket` or `key` where the operation has none. */
export interface FaultSubject {
  readonly operation: OperationName;
  readonly bucket: string;
  readonly key: string;
  /** Of UploadPart and UploadPartCopy. */
  readonly partNumber?: number;
  /** 1 for the first request of this operation on this key (and part), then 2, and so on. */
  readonly attempt: number;
}

/**
 * What goes wrong with one request:
 * - `error`: this error, instead of the operation ('before') or although it was done and is durable ('after')
 * - `error-in-200`: status 200 and an error document, and nothing done, as CompleteMultipartUpload and CopyObject may
 * - `delay`: the answer comes `delayMs` late
 * - `stall-request`: once `afterBytes` of the body have been read, no more is, until the connection closes
 * - `reset-request`: the connection is reset once `afterBytes` of the body have been read
 * - `stall-answer`: nothing more comes after `afterBytes` of the body of the answer
 * - `truncate-answer`: the connection is closed after `afterBytes` of the body of the answer
 * - `lose-answer`: the operation is done and durable, then the connection is reset without an answer
 */
export type Fault =
  | { readonly kind: 'error'; readonly code: S3ErrorCode; readonly when: 'before' | 'after' }
  | { readonly kind: 'error-in-200'; readonly code: S3ErrorCode }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | {
      readonly kind: 'stall-request' | 'reset-request' | 'stall-answer' | 'truncate-answer';
      readonly afterBytes: number;
    }
  | { readonly kind: 'lose-answer' };

/** Decides, request by request, what goes wrong. */
export type FaultRule = (subject: FaultSubject) => Fault | undefined;

/** Counts the attempts and asks the rule. */
export class Faults {
  readonly #rule: FaultRule;
  readonly #attempts = new Map<string, number>();

  constructor(rule: FaultRule) {
    this.#rule = rule;
  }

  of(subject: Omit<FaultSubject, 'attempt'>): Fault | undefined {
    const name = JSON.stringify([subject.operation, subject.bucket, subject.key, subject.partNumber]);
    const attempt = (this.#attempts.get(name) ?? 0) + 1;
    this.#attempts.set(name, attempt);
    return this.#rule({ ...subject, attempt });
  }
}

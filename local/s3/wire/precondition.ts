import { S3Error } from '../s3-error.ts';

export interface Version {
  /** Without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/** The condition of a write. Values as in the headers. */
export interface WriteCondition {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

export function writeCondition(headers: ReadonlyMap<string, string>): WriteCondition {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match on a write takes nothing but *.', { Header: 'If-None-Match' });
  }
  return { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }) };
}

export function isConditional(condition: WriteCondition): boolean {
  return condition.ifMatch !== undefined || condition.ifNoneMatch !== undefined;
}

/** Throws PreconditionFailed or NoSuchKey when `current` forbids the write (S3 user guide, "Conditional requests"). */
export function checkWrite(condition: WriteCondition, current: Version | undefined): void {
  if (condition.ifNoneMatch !== undefined && current !== undefined) throw failed('If-None-Match');
  if (condition.ifMatch === undefined) return;
  if (current === undefined) {
    if (condition.ifMatch === '*') throw failed('If-Match');
    throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  }
  if (!matches(condition.ifMatch, current.etag)) throw failed('If-Match');
}

/**
 * Judges the conditional headers of a read, named with `prefix` (RFC 9110, 13.2.2). Gives 'not-modified' for a 304.
 * Throws PreconditionFailed.
 */
export function checkRead(
  headers: ReadonlyMap<string, string>,
  current: Version,
  prefix = '',
): 'proceed' | 'not-modified' {
  const ifMatch = headers.get(`${prefix}if-match`);
  const ifNoneMatch = headers.get(`${prefix}if-none-match`);
  const unmodifiedSinceMs = Date.parse(headers.get(`${prefix}if-unmodified-since`) ?? '');
  const modifiedSinceMs = Date.parse(headers.get(`${prefix}if-modified-since`) ?? '');
  const lastModifiedMs = Math.floor(current.lastModifiedMs / 1000) * 1000;
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current.etag)) throw failed('If-Match');
  } else if (lastModifiedMs > unmodifiedSinceMs) {
    throw failed('If-Unmodified-Since');
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, current.etag) ? 'not-modified' : 'proceed';
  return lastModifiedMs <= modifiedSinceMs ? 'not-modified' : 'proceed';
}

function matches(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const tag = candidate.trim().replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}

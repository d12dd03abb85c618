import { S3Error } from '../s3-error.ts';

/** Both ends count from 0; `lastByte` belongs to it. */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

/**
 * The range that a Range header asks for of an object. Nothing for a header that S3 ignores (several ranges,
 * other units). Throws InvalidRange when it lies outside.
 */
export function parseRange(header: string, sizeBytes: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const firstByte = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const lastByte = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (firstByte >= sizeBytes) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: header,
      ActualObjectSize: String(sizeBytes),
    });
  }
  return { firstByte, lastByte };
}

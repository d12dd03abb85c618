import { createHash } from 'node:crypto';
import { type FileHandle, readFile } from 'node:fs/promises';
import { type Checksum, checksumAlgorithms } from '../wire/checksum.ts';

/** What is known of a stored object besides its bytes. */
export interface ObjectRecord {
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  /** Without quotes: MD5 in hex, and `-<parts>` after a multipart upload. */
  readonly etag: string;
  readonly checksum?: Checksum;
  /** Content-Type and the other headers that S3 gives back, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** x-amz-meta-* without that prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The size and time by which a file is known to be the one that a record describes. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
}

export const defaultContentType = 'binary/octet-stream';

/**
 * A sidecar holds the record of the object and of the one it replaced. Sidecar and file cannot be renamed in one
 * step; with both records, whichever file a crash leaves finds its own.
 */
export function sidecarText(record: ObjectRecord, replaced: ObjectRecord | undefined): string {
  return `${JSON.stringify(replaced === undefined ? [record] : [record, replaced], undefined, 2)}\n`;
}

/** The record of this very file, if the sidecar has it. */
export async function readSidecar(path: string, file: FileIdentity): Promise<ObjectRecord | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '[]';
    throw error;
  });
  return parseRecords(text).find((record) => describes(record, file));
}

/** The record of a file that came without one: put there by hand, or edited. */
export async function computeRecord(file: FileHandle, identity: FileIdentity): Promise<ObjectRecord> {
  const md5 = createHash('md5');
  for await (const bytes of file.createReadStream({ start: 0, autoClose: false })) md5.update(bytes);
  return {
    sizeBytes: identity.size,
    lastModifiedMs: Math.round(identity.mtimeMs),
    etag: md5.digest('hex'),
    headers: { 'content-type': defaultContentType },
    metadata: {},
  };
}

/** True when the file is the one this record was made for. */
export function describes(record: ObjectRecord, file: FileIdentity): boolean {
  return record.sizeBytes === file.size && record.lastModifiedMs === Math.round(file.mtimeMs);
}

function parseRecords(text: string): readonly ObjectRecord[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isRecord) : [];
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is ObjectRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { sizeBytes, lastModifiedMs, etag, checksum, headers, metadata } = value as Partial<ObjectRecord>;
  return (
    typeof sizeBytes === 'number' &&
    typeof lastModifiedMs === 'number' &&
    typeof etag === 'string' &&
    (checksum === undefined || checksumAlgorithms.includes(checksum.algorithm)) &&
    isTextMap(headers) &&
    isTextMap(metadata)
  );
}

function isTextMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

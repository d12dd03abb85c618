import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import { defaultContentType, type ObjectRecord } from '../storage/object-record.ts';
import { type Checksum, checksumHeader } from '../wire/checksum.ts';
import type { XmlFields } from '../wire/xml.ts';

const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const metadataPrefix = 'x-amz-meta-';
const maxMetadataBytes = 2048;

/** The headers and user metadata that S3 stores with an object. Throws MetadataTooLarge above 2 KB. */
export function storedHeaders(request: S3Request): Pick<ObjectRecord, 'headers' | 'metadata'> {
  const headers: Record<string, string> = { 'content-type': defaultContentType };
  const metadata: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, value] of request.headers) {
    if (name.startsWith(metadataPrefix)) {
      metadata[name.slice(metadataPrefix.length)] = value;
      metadataBytes += name.length - metadataPrefix.length + value.length;
    }
    if (keptHeaders.includes(name)) headers[name] = value;
  }
  // aws-chunked is how the body travelled, not what the object is.
  const encoding = (headers['content-encoding'] ?? '').split(',').filter((coding) => coding.trim() !== 'aws-chunked');
  headers['content-encoding'] = encoding.join(',').trim();
  if (headers['content-encoding'] === '') delete headers['content-encoding'];
  if (metadataBytes > maxMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(metadataBytes),
      MaxSizeAllowed: String(maxMetadataBytes),
    });
  }
  return { headers, metadata };
}

/** The headers that describe an object, without its length. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const metadata = Object.entries(record.metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value] as const);
  return {
    ...record.headers,
    ...Object.fromEntries(metadata),
    'accept-ranges': 'bytes',
    etag: quoted(record.etag),
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
  };
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export function checksumElements(checksum: Checksum | undefined): XmlFields {
  if (checksum === undefined) return [];
  return [
    [`Checksum${checksum.algorithm}`, checksum.value],
    ['ChecksumType', checksum.type],
  ];
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

import type { ObjectMetadata } from '../../../core/object-store.ts';

const names = {
  sopClassUid: 'sop-class-uid',
  sopInstanceUid: 'sop-instance-uid',
  seriesInstanceUid: 'series-instance-uid',
  studyInstanceUid: 'study-instance-uid',
  transferSyntaxUid: 'transfer-syntax-uid',
  callingAeTitle: 'calling-ae-title',
  receivedAt: 'received-at',
} as const satisfies Record<Exclude<keyof ObjectMetadata, 'traceparent'>, string>;
const TRACEPARENT = 'traceparent';

type Entries = readonly (readonly [keyof typeof names, string])[];
const entries = Object.entries(names) as unknown as Entries;

/** Metadata as `x-amz-meta-*` headers. Values are percent-encoded: S3 takes ASCII and trims white space. */
export function toS3Metadata(metadata: ObjectMetadata): Record<string, string> {
  const headers = Object.fromEntries(entries.map(([field, name]) => [name, encodeURIComponent(metadata[field])]));
  return metadata.traceparent === undefined ? headers : { ...headers, [TRACEPARENT]: metadata.traceparent };
}

/** The inverse; undefined when the object was not put by this product. */
export function fromS3Metadata(headers: Readonly<Record<string, string>>): ObjectMetadata | undefined {
  if (headers[names.sopInstanceUid] === undefined) return undefined;
  const read = (name: string) => decodeURIComponent(headers[name] ?? '');
  const metadata = Object.fromEntries(entries.map(([field, name]) => [field, read(name)])) as unknown as ObjectMetadata;
  const traceparent = headers[TRACEPARENT];
  return traceparent === undefined ? metadata : { ...metadata, traceparent };
}

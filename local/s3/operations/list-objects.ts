import { xmlAnswer } from '../answer.ts';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { BucketFolder } from '../storage/bucket-folder.ts';
import { type PageStart, pageOfKeys } from '../storage/key-page.ts';
import { uriEncodePath } from '../wire/uri.ts';
import type { XmlFields } from '../wire/xml.ts';
import { isoTime, quoted } from './object-headers.ts';
import type { Operation } from './operation-context.ts';

/** ListObjectsV2. */
export const listObjectsV2: Operation = async ({ request, storage, accountId }) => {
  const bucket = storage.bucket(request.bucket);
  const { query } = request;
  if (query.get('list-type') !== '2') throw invalid('Invalid List Type specified in Request', 'list-type');
  const maxKeys = boundedCount(request, 'max-keys');
  const encode = nameEncoding(request);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const after: PageStart = token === undefined ? { kind: 'key', text: startAfter ?? '' } : parseToken(token);
  const page = pageOfKeys(bucket.sortedKeys, { prefix, delimiter, after, maxKeys });
  const owner: XmlFields = query.get('fetch-owner') === 'true' ? [['Owner', [['ID', accountId]]]] : [];
  const contents = await contentsOf(bucket, page.keys, encode, owner);
  return xmlAnswer('ListBucketResult', [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['StartAfter', startAfter === undefined ? undefined : encode(startAfter)],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.next === undefined ? undefined : formatToken(page.next)],
    ['EncodingType', query.get('encoding-type')],
    ['KeyCount', contents.length + page.commonPrefixes.length],
    ['MaxKeys', maxKeys],
    ['IsTruncated', page.next !== undefined],
    ...contents,
    ...page.commonPrefixes.map((text) => ['CommonPrefixes', [['Prefix', encode(text)]]] as const),
  ]);
};

/** A query parameter that counts, at most 1,000, which is also its default. */
export function boundedCount(request: S3Request, name: string): number {
  const text = request.query.get(name) ?? '1000';
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Argument ${name} must be an integer between 0 and 2147483647`, name);
  return Math.min(Number(text), 1000);
}

/** How names are to be written: plain, or percent-encoded with `encoding-type=url`. */
export function nameEncoding(request: S3Request): (name: string) => string {
  const type = request.query.get('encoding-type');
  if (type === undefined) return (name) => name;
  if (type !== 'url') throw invalid('Invalid Encoding Method specified in Request', 'encoding-type');
  return (name) => uriEncodePath(name).replaceAll('%20', '+');
}

async function contentsOf(
  bucket: BucketFolder,
  keys: readonly string[],
  encode: (name: string) => string,
  owner: XmlFields,
): Promise<XmlFields> {
  const found: (readonly ['Contents', XmlFields])[] = [];
  for (const key of keys) {
    const record = await bucket.head(key);
    // Deleted since the page was cut: S3 does not list it either.
    if (record === undefined) continue;
    found.push([
      'Contents',
      [
        ['Key', encode(key)],
        ['LastModified', isoTime(record.lastModifiedMs)],
        ['ETag', quoted(record.etag)],
        ['ChecksumAlgorithm', record.checksum?.algorithm],
        ['ChecksumType', record.checksum?.type],
        ['Size', record.sizeBytes],
        ...owner,
        ['StorageClass', 'STANDARD'],
      ],
    ]);
  }
  return found;
}

function formatToken(start: PageStart): string {
  return Buffer.from(JSON.stringify([start.kind, start.text])).toString('base64url');
}

function parseToken(token: string): PageStart {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (
      Array.isArray(parsed) &&
      (parsed[0] === 'key' || parsed[0] === 'common-prefix') &&
      typeof parsed[1] === 'string'
    ) {
      return { kind: parsed[0], text: parsed[1] };
    }
  } catch {
    throw badToken();
  }
  throw badToken();
}

function badToken(): S3Error {
  return invalid('The continuation token provided is incorrect', 'continuation-token');
}

function invalid(message: string, argument: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: argument });
}

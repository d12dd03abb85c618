import type { S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';
import { authenticationParameters } from './wire/query-authentication.ts';

export type OperationName =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CopyObject'
  | 'CreateBucket'
  | 'CreateMultipartUpload'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'GetObject'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListBuckets'
  | 'ListMultipartUploads'
  | 'ListObjectsV2'
  | 'ListParts'
  | 'PutObject'
  | 'UploadPart'
  | 'UploadPartCopy';

interface Route {
  readonly operation: OperationName;
  readonly method: string;
  readonly scope: 'service' | 'bucket' | 'object';
  /** Query parameters that make the request this operation. */
  readonly required?: readonly string[];
  /** Further query parameters it understands. */
  readonly optional?: readonly string[];
  readonly copies?: boolean;
}

const routes: readonly Route[] = [
  { operation: 'ListBuckets', method: 'GET', scope: 'service' },
  { operation: 'CreateBucket', method: 'PUT', scope: 'bucket' },
  { operation: 'HeadBucket', method: 'HEAD', scope: 'bucket' },
  { operation: 'DeleteObjects', method: 'POST', scope: 'bucket', required: ['delete'] },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    scope: 'bucket',
    required: ['list-type'],
    optional: ['continuation-token', 'delimiter', 'encoding-type', 'fetch-owner', 'max-keys', 'prefix', 'start-after'],
  },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    scope: 'bucket',
    required: ['uploads'],
    optional: ['encoding-type', 'key-marker', 'max-uploads', 'prefix', 'upload-id-marker'],
  },
  { operation: 'GetObject', method: 'GET', scope: 'object' },
  { operation: 'HeadObject', method: 'HEAD', scope: 'object' },
  { operation: 'DeleteObject', method: 'DELETE', scope: 'object' },
  { operation: 'PutObject', method: 'PUT', scope: 'object', copies: false },
  { operation: 'CopyObject', method: 'PUT', scope: 'object', copies: true },
  { operation: 'CreateMultipartUpload', method: 'POST', scope: 'object', required: ['uploads'] },
  { operation: 'UploadPart', method: 'PUT', scope: 'object', required: ['partNumber', 'uploadId'], copies: false },
  { operation: 'UploadPartCopy', method: 'PUT', scope: 'object', required: ['partNumber', 'uploadId'], copies: true },
  { operation: 'CompleteMultipartUpload', method: 'POST', scope: 'object', required: ['uploadId'] },
  { operation: 'AbortMultipartUpload', method: 'DELETE', scope: 'object', required: ['uploadId'] },
  {
    operation: 'ListParts',
    method: 'GET',
    scope: 'object',
    required: ['uploadId'],
    optional: ['encoding-type', 'max-parts', 'part-number-marker'],
  },
];

const knownHeaders = new Set([
  'x-amz-acl',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-mode',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-mp-object-size',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-source-expected-bucket-owner',
  'x-amz-storage-class',
  'x-amz-trailer',
  'x-amz-user-agent',
]);
const knownHeaderFamilies = ['x-amz-meta-', 'x-amz-copy-source', 'x-amz-metadata-directive'];
const onlyValues: Readonly<Record<string, string>> = {
  'x-amz-acl': 'bucket-owner-full-control',
  'x-amz-storage-class': 'STANDARD',
};

/**
 * Finds the operation that a request asks for. Throws NotImplemented, with a name, for what this server does not do:
 * a parameter or header that it would have to ignore counts as such.
 */
export function operationOf(request: S3Request): OperationName {
  const scope = request.key !== '' ? 'object' : request.bucket !== '' ? 'bucket' : 'service';
  const copies = request.headers.has('x-amz-copy-source');
  const names = [...request.query.keys()].filter((name) => name !== 'x-id' && !authenticationParameters.has(name));
  const route = routes.find(
    ({ method, scope: of, required = [], optional = [], copies: needsSource = copies }) =>
      method === request.method &&
      of === scope &&
      needsSource === copies &&
      required.every((name) => names.includes(name)) &&
      names.every((name) => required.includes(name) || optional.includes(name)),
  );
  if (route === undefined) throw notImplemented(request.query.get('x-id') ?? described(request.method, scope, names));
  for (const [name, value] of request.headers) {
    const only = onlyValues[name];
    if (!isKnownHeader(name) || (only !== undefined && only !== value)) {
      throw notImplemented(`${route.operation} with the header ${name}`);
    }
  }
  return route.operation;
}

function isKnownHeader(name: string): boolean {
  return (
    !name.startsWith('x-amz-') ||
    knownHeaders.has(name) ||
    knownHeaderFamilies.some((family) => name.startsWith(family))
  );
}

function described(method: string, scope: string, names: readonly string[]): string {
  return names.length === 0 ? `${method} ${scope}` : `${method} ${scope} with ${names.join(', ')}`;
}

function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `This server does not implement ${what.slice(0, 200)}.`);
}

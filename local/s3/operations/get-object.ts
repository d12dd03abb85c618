import type { Answer } from '../answer.ts';
import { S3Error } from '../s3-error.ts';
import type { OpenObject } from '../storage/bucket-folder.ts';
import { checkRead } from '../wire/precondition.ts';
import { parseRange } from '../wire/range.ts';
import { checksumHeaders, objectHeaders, quoted } from './object-headers.ts';
import type { Operation, OperationContext } from './operation-context.ts';

/** GetObject and, the same without the bytes, HeadObject. */
export const getObject: Operation = async (context) => {
  const { request, storage } = context;
  const object = await storage.bucket(request.bucket).open(request.key);
  if (object === undefined) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: request.key });
  }
  let isSent = false;
  try {
    const answer = read(context, object);
    isSent = typeof answer.body === 'object';
    return answer;
  } finally {
    if (!isSent) await object.file.close();
  }
};

function read({ request }: OperationContext, { file, record }: OpenObject): Answer {
  if (checkRead(request.headers, record) === 'not-modified') {
    const { 'content-type': _, ...headers } = objectHeaders(record);
    return { status: 304, headers };
  }
  const rangeHeader = ifRangeHolds(request.headers, quoted(record.etag)) ? request.headers.get('range') : undefined;
  const range = rangeHeader === undefined ? undefined : parseRange(rangeHeader, record.sizeBytes);
  const firstByte = range?.firstByte ?? 0;
  const sizeBytes = range === undefined ? record.sizeBytes : range.lastByte - range.firstByte + 1;
  const wantsChecksum = request.headers.get('x-amz-checksum-mode') === 'ENABLED' && range === undefined;
  const headers = {
    ...objectHeaders(record),
    'content-length': String(sizeBytes),
    ...(wantsChecksum ? checksumHeaders(record.checksum) : {}),
    ...(range === undefined
      ? {}
      : { 'content-range': `bytes ${range.firstByte}-${range.lastByte}/${record.sizeBytes}` }),
  };
  const status = range === undefined ? 200 : 206;
  return request.method === 'HEAD' ? { status, headers } : { status, headers, body: { file, firstByte, sizeBytes } };
}

function ifRangeHolds(headers: ReadonlyMap<string, string>, etag: string): boolean {
  const ifRange = headers.get('if-range');
  return ifRange === undefined || ifRange === etag;
}

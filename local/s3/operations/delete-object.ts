import { xmlAnswer } from '../answer.ts';
import { S3Error } from '../s3-error.ts';
import { statedDigests } from '../wire/digests.ts';
import { writeCondition } from '../wire/precondition.ts';
import type { XmlFields } from '../wire/xml.ts';
import { malformedXml, receiveXml, type XmlElement } from '../wire/xml-body.ts';
import type { Operation } from './operation-context.ts';

const maxKeysPerRequest = 1000;

/** DeleteObject: 204 whether there was an object or not. */
export const deleteObject: Operation = async ({ request, storage }) => {
  await storage.bucket(request.bucket).delete(request.key, writeCondition(request.headers));
  return { status: 204, headers: {} };
};

/** DeleteObjects: up to 1,000 keys, each with its own result. */
export const deleteObjects: Operation = async ({ request, payload, storage }) => {
  const bucket = storage.bucket(request.bucket);
  const stated = statedDigests(request);
  if (stated.contentMd5 === undefined && stated.checksum === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const body = await receiveXml(payload, stated, 'Delete');
  const objects = body.all('Object').map(parseObject);
  if (objects.length === 0 || objects.length > maxKeysPerRequest) throw malformedXml();
  const results: [string, XmlFields][] = [];
  for (const { key, condition } of objects) {
    try {
      await bucket.delete(key, condition);
      if (body.text('Quiet') !== 'true') results.push(['Deleted', [['Key', key]]]);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      results.push([
        'Error',
        [
          ['Key', key],
          ['Code', error.code],
          ['Message', error.message],
        ],
      ]);
    }
  }
  return xmlAnswer('DeleteResult', results);
};

function parseObject(element: XmlElement) {
  const key = element.text('Key');
  const etag = element.text('ETag');
  if (key === undefined || key === '') throw malformedXml();
  if (element.text('VersionId') !== undefined) {
    throw new S3Error('NotImplemented', 'This server does not implement DeleteObjects with a VersionId.');
  }
  return { key, condition: etag === undefined ? {} : { ifMatch: etag } };
}

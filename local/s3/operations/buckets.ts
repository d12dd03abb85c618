import { xmlAnswer } from '../answer.ts';
import { S3Error } from '../s3-error.ts';
import { receiveXml } from '../wire/xml-body.ts';
import { isoTime } from './object-headers.ts';
import type { Operation } from './operation-context.ts';

/** CreateBucket, in the region of this server only. */
export const createBucket: Operation = async ({ request, payload, storage, region }) => {
  if (payload.sizeBytes > 0) {
    const body = await receiveXml(payload, {}, 'CreateBucketConfiguration');
    const wanted = body.text('LocationConstraint') ?? region;
    if (wanted !== region) {
      throw new S3Error('InvalidArgument', `This server is of the region ${region}.`, {
        ArgumentName: 'LocationConstraint',
      });
    }
  }
  if (!(await storage.createBucket(request.bucket))) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: request.bucket },
    );
  }
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

export const headBucket: Operation = async ({ request, storage, region }) => {
  storage.bucket(request.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
};

export const listBuckets: Operation = async ({ storage, accountId }) => {
  const buckets = await storage.listBuckets();
  return xmlAnswer('ListAllMyBucketsResult', [
    ['Owner', [['ID', accountId]]],
    [
      'Buckets',
      buckets.map(
        ({ name, createdMs }) =>
          [
            'Bucket',
            [
              ['Name', name],
              ['CreationDate', isoTime(createdMs)],
            ],
          ] as const,
      ),
    ],
  ]);
};

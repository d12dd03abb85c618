import type { OperationName } from '../operation.ts';
import { createBucket, headBucket, listBuckets } from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { getObject } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import { abortMultipartUpload, listMultipartUploads, listParts } from './multipart-uploads.ts';
import type { Operation } from './operation-context.ts';
import { putObject } from './put-object.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

export const operations: Readonly<Record<OperationName, Operation>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: getObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutObject: putObject,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};

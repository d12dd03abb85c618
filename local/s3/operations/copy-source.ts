import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { OpenObject } from '../storage/bucket-folder.ts';
import type { Storage } from '../storage/storage.ts';
import { checkRead } from '../wire/precondition.ts';
import { uriDecode } from '../wire/uri.ts';

export interface CopySource extends OpenObject {
  readonly bucket: string;
  readonly key: string;
}

/** Opens what x-amz-copy-source names, if its conditions hold. Whoever copies closes the file. */
export async function openCopySource(request: S3Request, storage: Storage): Promise<CopySource> {
  const header = request.headers.get('x-amz-copy-source') ?? '';
  const [path = '', version] = header.split('?');
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(uriDecode(path)) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: header,
    });
  }
  if (version !== undefined) throw new S3Error('NotImplemented', 'This server does not implement copying a version.');
  const object = await storage.bucket(bucket).open(key);
  if (object === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
  try {
    if (checkRead(request.headers, object.record, 'x-amz-copy-source-') === 'not-modified') {
      throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
        Condition: 'x-amz-copy-source-If-None-Match',
      });
    }
  } catch (error) {
    await object.file.close();
    throw error;
  }
  return { ...object, bucket, key };
}

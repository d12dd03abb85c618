import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { batchesPrefix, leasePrefix, manifestPrefix } from '../../core/object-keys.ts';

import { keyUse } from '../key-use.ts';

/**
 * What the service may do, wherever it runs: write instances, seals and leases into the landing bucket, read back what
 * it must move or compare, and look whether the bucket is there.
 */
export function serviceGrants(landing: IBucket, encryptionKey: IKey | undefined): readonly PolicyStatement[] {
  const objects = (prefix: string, ...actions: string[]) =>
    new PolicyStatement({ actions, resources: [landing.arnForObjects(`${prefix}*`)] });
  return [
    objects(batchesPrefix, 's3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload'),
    objects(manifestPrefix, 's3:PutObject', 's3:GetObject'),
    objects(leasePrefix, 's3:PutObject', 's3:DeleteObject'),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [landing.bucketArn] }),
    ...keyUse(encryptionKey, ['s3']),
  ];
}

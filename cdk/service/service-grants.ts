import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { batchesPrefix, leasePrefix, manifestPrefix } from '../../core/object-keys.ts';

import { keyUse } from '../key-use.ts';

/** The tables of storage commitment: its transactions, and what became of instances. */
export interface CommitmentTables {
  readonly commitments: { readonly tableArn: string };
  readonly instances: { readonly tableArn: string };
}

const commitmentGrants = ({ commitments, instances }: CommitmentTables): readonly PolicyStatement[] => [
  new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [commitments.tableArn] }),
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${commitments.tableArn}/index/byDue`, `${instances.tableArn}/index/bySopInstance`],
  }),
];

/**
 * What the service may do, wherever it runs: write instances, seals and leases into the landing bucket, read back what
 * it must move or compare, and look whether the bucket is there; and what storage commitment needs, where it is offered.
 * @param ledger what it may read to show the import
 */
export function serviceGrants(
  landing: IBucket,
  encryptionKey: IKey | undefined,
  commitment: CommitmentTables | undefined,
  ledger: readonly PolicyStatement[],
): readonly PolicyStatement[] {
  const objects = (prefix: string, ...actions: string[]) =>
    new PolicyStatement({ actions, resources: [landing.arnForObjects(`${prefix}*`)] });
  return [
    objects(batchesPrefix, 's3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload'),
    objects(manifestPrefix, 's3:PutObject', 's3:GetObject'),
    objects(leasePrefix, 's3:PutObject', 's3:DeleteObject'),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [landing.bucketArn] }),
    ...(commitment === undefined ? [] : commitmentGrants(commitment)),
    ...ledger,
    ...keyUse(encryptionKey, commitment === undefined && ledger.length === 0 ? ['s3'] : ['s3', 'dynamodb']),
  ];
}

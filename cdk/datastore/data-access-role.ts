import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { batchesPrefix, partsPrefix } from '../../core/object-keys.ts';
import { type IngestBuckets, jobsPrefix } from '../ingest/ingest-buckets.ts';
import { keyUse } from '../key-use.ts';

export interface DataAccessRoleProps {
  /** The data stores that jobs import into. */
  readonly datastoreArns: readonly string[];
  readonly buckets: IngestBuckets;
  readonly encryptionKey?: IKey;
}

/**
 * The role in which HealthImaging reads the instances of a job and writes its results. Only HealthImaging may take it,
 * and only for these data stores of this account ("Cross-service confused deputy prevention" of the developer guide).
 */
export class DataAccessRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { datastoreArns, buckets, encryptionKey }: DataAccessRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'HealthImaging reads received instances and writes the results of import jobs',
      assumedBy: new ServicePrincipal('medical-imaging.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': [...datastoreArns] },
        },
      }),
    });
    const { landing, results } = buckets;
    const statements = [
      listing(landing.bucketArn, batchesPrefix, partsPrefix),
      listing(results.bucketArn, jobsPrefix),
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [landing.arnForObjects(`${batchesPrefix}*`), landing.arnForObjects(`${partsPrefix}*`)],
      }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [results.arnForObjects(`${jobsPrefix}*`)] }),
      ...keyUse(encryptionKey, ['s3']),
    ];
    for (const statement of statements) this.role.addToPolicy(statement);
  }
}

const listing = (bucketArn: string, ...prefixes: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
  });

import { Aws } from 'aws-cdk-lib';
import type { IDatastoreRef } from 'aws-cdk-lib/aws-healthimaging';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { batchesPrefix, type IngestBuckets, jobsPrefix } from '../ingest/ingest-buckets.ts';
import { keyUse } from '../key-use.ts';

export interface DataAccessRoleProps {
  readonly datastore: IDatastoreRef;
  readonly buckets: IngestBuckets;
  readonly encryptionKey?: IKey;
}

/**
 * The role in which HealthImaging reads the instances of a job and writes its results. Only HealthImaging may take it,
 * and only for this data store of this account ("Cross-service confused deputy prevention" of the developer guide).
 */
export class DataAccessRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { datastore, buckets, encryptionKey }: DataAccessRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'HealthImaging reads received instances and writes the results of import jobs',
      assumedBy: new ServicePrincipal('medical-imaging.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': datastore.datastoreRef.datastoreArn },
        },
      }),
    });
    const { landing, results } = buckets;
    const statements = [
      listing(landing.bucketArn, batchesPrefix),
      listing(results.bucketArn, jobsPrefix),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [landing.arnForObjects(`${batchesPrefix}*`)] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [results.arnForObjects(`${jobsPrefix}*`)] }),
      ...keyUse(encryptionKey, ['s3']),
    ];
    for (const statement of statements) this.role.addToPolicy(statement);
  }
}

const listing = (bucketArn: string, prefix: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [bucketArn],
    conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
  });

import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { VpcEndpoints } from './vpc-endpoints.ts';

const objectActions = ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'];
const itemActions = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

/**
 * Leaves only these buckets and tables within reach of a VPC's gateways, and the bucket that Amazon ECR keeps image
 * layers in ("Minimum Amazon S3 bucket permissions for Amazon ECR"): images cannot leave for somebody else's bucket.
 */
export function onlyReach(
  { s3, dynamodb }: VpcEndpoints,
  buckets: readonly IBucket[],
  tables: readonly { readonly tableArn: string }[],
): void {
  const anyone = { principals: [new AnyPrincipal()] };
  s3.addToPolicy(
    new PolicyStatement({
      ...anyone,
      actions: objectActions,
      resources: buckets.flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
    }),
  );
  s3.addToPolicy(
    new PolicyStatement({
      ...anyone,
      actions: ['s3:GetObject'],
      resources: [`arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`],
    }),
  );
  dynamodb.addToPolicy(
    new PolicyStatement({
      ...anyone,
      actions: itemActions,
      resources: tables.flatMap((table) => [table.tableArn, `${table.tableArn}/index/*`]),
    }),
  );
}

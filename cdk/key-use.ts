import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Services on whose behalf a role's requests may use the key. */
export type KeyedService = 's3' | 'dynamodb' | 'sqs' | 'sns' | 'medical-imaging';

/** What each service does with the key for a caller (the services' pages on "Data encryption" or "Key policy"). */
const uses: Readonly<Record<KeyedService, readonly string[]>> = {
  s3: ['kms:Decrypt', 'kms:GenerateDataKey'],
  dynamodb: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  sqs: ['kms:Decrypt'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey'],
  'medical-imaging': ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
};

/** Lets a role use the key through these services and in no other way. Nothing to allow when AWS manages the keys. */
export function keyUse(key: IKey | undefined, services: readonly KeyedService[]): readonly PolicyStatement[] {
  if (key === undefined || services.length === 0) return [];
  return [
    new PolicyStatement({
      actions: [...new Set(services.flatMap((service) => uses[service]))].sort(),
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`) },
      },
    }),
  ];
}

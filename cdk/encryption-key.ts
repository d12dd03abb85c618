import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** Services that put messages into what this key encrypts: queues and the topic. */
const publishers = ['events.amazonaws.com', 'cloudwatch.amazonaws.com'];

/**
 * A customer-managed key, rotated every year, that outlives the stack: what it encrypts does so too. Beside the account
 * itself, it may be used by CloudWatch Logs for this account's log groups and by the services that publish messages.
 */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'DICOM Store SCP: images, ledger, messages and logs at rest',
      enableKeyRotation: true,
    });
    for (const statement of serviceUse()) this.key.addToResourcePolicy(statement);
  }
}

/** What the policy of a key must allow services to do; docs/deploy-aws.md shows it to those who bring their own key. */
function serviceUse(): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'LogGroupsOfThisAccount',
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    }),
    new PolicyStatement({
      sid: 'MessagesOfThisAccount',
      principals: publishers.map((service) => new ServicePrincipal(service)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  ];
}

import { Duration } from 'aws-cdk-lib';
import { EncryptionKey } from '../encryption-key.ts';
import type { KeepingProps } from '../keeping.ts';
import { ChosenDatastore } from './chosen-datastore.ts';
import type { TemplateStack } from './template-stack.ts';

/** Days that CloudWatch Logs knows. */
const retentions = [30, 60, 90, 180, 365, 731, 1_827, 2_557, 3_653];

/** CloudFormation has no way to leave a number out: so long means for ever. */
const FOREVER_DAYS = 36_500;

/** How data is kept, as parameters. */
export function keepingParameters(stack: TemplateStack): KeepingProps {
  const encryptionKey = new EncryptionKey(stack, 'Encryption').key;
  return {
    encryptionKey,
    datastore: new ChosenDatastore(stack, 'Datastore', {
      encryptionKey,
      datastoreId: stack.text('ExistingDatastoreId', 'An existing HealthImaging data store; empty: one is created', {
        default: '',
        allowedPattern: '^$|^[0-9a-z]{32}$',
      }),
    }),
    logRetention: stack.count('LogRetentionDays', 'How long logs are kept', {
      default: 365,
      allowedValues: retentions.map(String),
    }),
    expireInstancesAfter: Duration.days(
      stack.count('ExpireInstancesAfterDays', 'Age at which received instances are removed; 36500: they are kept', {
        default: FOREVER_DAYS,
        minValue: 30,
        maxValue: FOREVER_DAYS,
      }),
    ),
    functionCode: stack.publishedCode(),
    runbook: stack.text('Runbook', 'Page that alarms refer to', { default: 'docs/deploy-aws.md' }),
  };
}

import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How every log group of the product is kept. */
export interface LogSettings {
  readonly retention: RetentionDays;
  /** Without one, CloudWatch Logs encrypts with a key of AWS. */
  readonly encryptionKey?: IKey;
}

/** A log group that keeps its logs for a set time, and keeps them when the stack goes. */
export function logGroup(scope: Construct, id: string, { retention, encryptionKey }: LogSettings): LogGroup {
  return new LogGroup(scope, id, {
    retention,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  });
}

import { type Duration, Stack } from 'aws-cdk-lib';
import type { IDatastoreRef } from 'aws-cdk-lib/aws-healthimaging';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ImagingDatastore } from './datastore/imaging-datastore.ts';
import { requireHealthImaging } from './datastore/regions.ts';
import { EncryptionKey } from './encryption-key.ts';
import type { LogSettings } from './log-group.ts';
import type { FunctionCode } from './pipeline/functions.ts';
import type { ImportQuotas } from './pipeline/import-pipeline.ts';

/** What every edition on AWS may be told of how data is kept. */
export interface KeepingProps {
  /**
   * The HealthImaging data store that images go to.
   * @default - one is created; it outlives the stack
   */
  readonly datastore?: IDatastoreRef;
  /**
   * Further data stores that routes name: the pipeline may import into these and no others.
   * @default - none
   */
  readonly routeDatastores?: readonly IDatastoreRef[];
  /**
   * HealthImaging's quotas in this account and region, where they were raised or are shared with others.
   * @default - AWS's defaults
   */
  readonly quotas?: ImportQuotas;
  /**
   * The key that encrypts buckets, tables, queues, the topic, logs and a created data store. Its policy must let
   * CloudWatch Logs, EventBridge and CloudWatch use it: see docs/deploy-aws.md.
   * @default - one is created, rotated every year; it outlives the stack
   */
  readonly encryptionKey?: IKey;
  /**
   * Leaves encryption at rest to keys of AWS (SSE-S3, SSE-SQS, AWS-managed keys). Only the topic of notices then has a
   * key of its own, since services cannot publish to a topic without one.
   * @default false
   */
  readonly awsManagedKeys?: boolean;
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;
  /**
   * The age at which received instances are removed from the landing bucket, whether they were imported or not. At
   * least 30 days, so that nothing is removed that is still to be imported.
   * @default - they are kept
   */
  readonly expireInstancesAfter?: Duration;
  /**
   * Deploys to a region that HealthImaging was not offered in when this release was made.
   * @default false
   */
  readonly allowUnlistedRegion?: boolean;
  /**
   * Bundled code of the pipeline's functions.
   * @default - it is bundled with esbuild
   */
  readonly functionCode?: FunctionCode;
  /**
   * The page that alarms refer to, with a section for each alarm.
   * @default 'docs/deploy-aws.md'
   */
  readonly runbook?: string;
}

/** Where data goes and how it is kept. */
export interface Keeping {
  readonly datastore: IDatastoreRef;
  /** undefined: keys of AWS. */
  readonly encryptionKey: IKey | undefined;
  readonly logs: LogSettings;
}

const LEAST_EXPIRY_DAYS = 30;

/**
 * Creates what the props leave to the construct.
 * @throws Error when the props contradict each other, with a sentence on how to mend it
 */
export function keepingOf(scope: Construct, props: KeepingProps): Keeping {
  const { awsManagedKeys = false, expireInstancesAfter, logRetention = RetentionDays.ONE_YEAR } = props;
  if (props.allowUnlistedRegion !== true) requireHealthImaging(Stack.of(scope).region);
  if (awsManagedKeys && props.encryptionKey !== undefined) {
    throw new Error('encryptionKey and awsManagedKeys exclude each other: leave one of them out.');
  }
  if (
    expireInstancesAfter !== undefined &&
    !expireInstancesAfter.isUnresolved() &&
    expireInstancesAfter.toDays() < LEAST_EXPIRY_DAYS
  ) {
    throw new Error(
      `expireInstancesAfter is ${expireInstancesAfter.toDays()} days: imports may take days and are redriven for two ` +
        `weeks, so let it be ${LEAST_EXPIRY_DAYS} days or more.`,
    );
  }
  const encryptionKey = awsManagedKeys
    ? undefined
    : (props.encryptionKey ?? new EncryptionKey(scope, 'Encryption').key);
  const encryption = encryptionKey === undefined ? {} : { encryptionKey };
  return {
    datastore: props.datastore ?? new ImagingDatastore(scope, 'Imaging', encryption).datastore,
    encryptionKey,
    logs: { retention: logRetention, ...encryption },
  };
}

/** The part of the keeping that the pipeline is given. */
export const pipelineKeeping = (props: KeepingProps, { datastore, encryptionKey, logs }: Keeping) => ({
  datastore,
  ...(props.routeDatastores === undefined
    ? {}
    : { routeDatastoreArns: props.routeDatastores.map((one) => one.datastoreRef.datastoreArn) }),
  ...(props.quotas === undefined ? {} : { quotas: props.quotas }),
  logRetention: logs.retention,
  ...(encryptionKey === undefined ? {} : { encryptionKey }),
  ...(props.expireInstancesAfter === undefined ? {} : { expireInstancesAfter: props.expireInstancesAfter }),
  ...(props.functionCode === undefined ? {} : { code: props.functionCode }),
});

export const defaultRunbook = 'docs/deploy-aws.md';

import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { batchesPrefix, partsPrefix } from '../../core/object-keys.ts';

/** Where the results of import jobs go in the results bucket. */
export const jobsPrefix = 'jobs/';

export interface IngestBucketsProps {
  /**
   * A key of the customer's.
   * @default - SSE-S3
   */
  readonly encryptionKey?: IKey;
  /**
   * The age at which received instances are removed from the landing bucket, imported or not.
   * @default - they are kept
   */
  readonly expireInstancesAfter?: Duration;
  /**
   * How long overwritten and deleted objects can still be restored.
   * @default Duration.days(30)
   */
  readonly keepOldVersionsFor?: Duration;
}

const ACCESS_LOG_DAYS = 365;
/** Longer than any execution: a copy for a part is not needed once the part's job has ended. */
const PART_DAYS = 14;

/**
 * The bucket that instances land in, the bucket that import jobs write their results to, and the bucket that keeps the
 * access logs of both. All refuse plain HTTP and the public, and outlive the stack.
 */
export class IngestBuckets extends Construct {
  readonly landing: IBucket;
  readonly results: IBucket;
  readonly accessLogs: IBucket;

  constructor(scope: Construct, id: string, props: IngestBucketsProps = {}) {
    super(scope, id);
    const { encryptionKey, expireInstancesAfter, keepOldVersionsFor = Duration.days(30) } = props;
    const leftovers: LifecycleRule = {
      id: 'leftovers',
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      noncurrentVersionExpiration: keepOldVersionsFor,
      expiredObjectDeleteMarker: true,
    };
    this.accessLogs = bucket(this, 'AccessLogs', {
      // Server access logs cannot be delivered to a bucket whose default is SSE-KMS.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [leftovers, { id: 'age', expiration: Duration.days(ACCESS_LOG_DAYS) }],
    });
    const kept = (name: 'Landing' | 'Results', rules: readonly LifecycleRule[]) =>
      bucket(this, name, {
        ...(encryptionKey === undefined
          ? { encryption: BucketEncryption.S3_MANAGED }
          : { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
        lifecycleRules: [leftovers, ...rules],
      });
    const expiry =
      expireInstancesAfter === undefined
        ? []
        : [{ id: 'instances', prefix: batchesPrefix, expiration: expireInstancesAfter }];
    const parts: LifecycleRule = { id: 'parts', prefix: partsPrefix, expiration: Duration.days(PART_DAYS) };
    this.landing = kept('Landing', [parts, ...expiry]);
    this.results = kept('Results', []);
    logAccess(this.landing, 'Landing', this.accessLogs);
    logAccess(this.results, 'Results', this.accessLogs);
    publishEvents(this.landing);
  }
}

/** The class does not satisfy its own interface where optional members are exact: it is the interface that is used. */
const bucket = (scope: Construct, id: string, props: BucketProps): IBucket =>
  new Bucket(scope, id, { ...guarded, ...props }) as IBucket;

const guarded: BucketProps = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** Sends the bucket's events to EventBridge. The Bucket construct does this with a custom resource; it is a property. */
function publishEvents(bucket: IBucket): void {
  resourceOf(bucket).notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/**
 * Logs who accesses the bucket ("Enabling Amazon S3 server access logging"). Whether the Bucket construct does this by
 * policy or by ACL hangs on a feature flag of the app that it is used in; ACLs are off here.
 */
function logAccess(bucket: IBucket, name: string, to: IBucket): void {
  const prefix = `${name.toLowerCase()}/`;
  resourceOf(bucket).loggingConfiguration = { destinationBucketName: to.bucketName, logFilePrefix: prefix };
  to.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [to.arnForObjects(`${prefix}*`)],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': bucket.bucketArn },
      },
    }),
  );
}

function resourceOf(bucket: IBucket): CfnBucket {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('the bucket has no CloudFormation resource');
  return resource;
}

import { Aws } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { batchesPrefix, leasePrefix, manifestPrefix, partsPrefix } from '../../core/object-keys.ts';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import { type IngestBuckets, jobsPrefix } from '../ingest/ingest-buckets.ts';
import { keyUse } from '../key-use.ts';
import type { LedgerTables } from './tables.ts';

/** What the functions work on. */
export interface PipelineResources {
  readonly buckets: IngestBuckets;
  readonly ledger: LedgerTables;
  /** All that routes may name. */
  readonly datastoreArns: readonly string[];
  /** Where it is told how studies stand. */
  readonly studyTopicArn: string;
  /** The key of that topic. */
  readonly topicKey: IKey;
  readonly dataAccessRole: IRole;
  /** Whether instances may be stored by STOW-RS. */
  readonly stowOutlet: boolean;
  readonly encryptionKey?: IKey;
}

const allow = (resources: readonly string[], ...actions: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources: [...resources] });

/** Storing by STOW-RS, and finding out where it went. */
const storing = [
  'medical-imaging:StoreDICOM',
  'medical-imaging:SearchImageSets',
  'medical-imaging:GetImageSetMetadata',
];

/**
 * What each function may do to the buckets, the ledger and the data store: what its code does, and nothing else.
 * `test/cdk/grants.test.ts` runs the code and compares.
 */
export function functionGrants(
  resources: PipelineResources,
): Readonly<Record<PipelineFunctionName, PolicyStatement[]>> {
  const { buckets, ledger, datastoreArns, studyTopicArn, topicKey, dataAccessRole, encryptionKey } = resources;
  const { landing, results } = buckets;
  const { batches, instances, studies, limiter } = ledger.byName;

  // S3 says 404 of a missing object only to who may list the bucket; to others it says 403.
  const readManifest = [
    allow([landing.arnForObjects(`${manifestPrefix}*`)], 's3:GetObject'),
    allow([landing.bucketArn], 's3:ListBucket'),
  ];
  const failBatch = [
    allow([batches.tableArn], 'dynamodb:GetItem', 'dynamodb:PutItem'),
    allow([instances.tableArn], 'dynamodb:BatchWriteItem', 'dynamodb:Query'),
    allow([studies.tableArn], 'dynamodb:UpdateItem'),
  ];
  const findJob = [allow(datastoreArns, 'medical-imaging:GetDICOMImportJob')];
  const tellStudies = [allow([studyTopicArn], 'sns:Publish'), ...keyUse(topicKey, ['sns'])];
  const dispatch = [
    allow([batches.tableArn], 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
    allow([`${batches.tableArn}/index/byLane`], 'dynamodb:Query'),
    allow([limiter.tableArn], 'dynamodb:UpdateItem'),
    allow(datastoreArns, 'medical-imaging:StartDICOMImportJob', 'medical-imaging:GetDICOMImportJob'),
    passRole(dataAccessRole),
    ...keyUse(encryptionKey, ['dynamodb', 'medical-imaging']),
  ];

  return {
    // It reads which trace a manifest belongs to.
    intake: [
      allow([landing.arnForObjects(`${manifestPrefix}*`)], 's3:GetObject'),
      ...keyUse(encryptionKey, ['sqs', 's3']),
    ],
    register: [
      ...readManifest,
      allow([batches.tableArn], 'dynamodb:GetItem', 'dynamodb:PutItem'),
      allow([instances.tableArn], 'dynamodb:BatchWriteItem', 'dynamodb:Query'),
      allow([studies.tableArn], 'dynamodb:UpdateItem'),
      ...keyUse(encryptionKey, ['s3', 'dynamodb']),
    ],
    'store-instances': [
      ...readManifest,
      allow([landing.arnForObjects(`${batchesPrefix}*`)], 's3:GetObject'),
      allow([batches.tableArn], 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      allow([instances.tableArn], 'dynamodb:BatchWriteItem', 'dynamodb:Query'),
      allow([studies.tableArn], 'dynamodb:UpdateItem'),
      ...(resources.stowOutlet ? [allow(datastoreArns, ...storing)] : []),
      ...tellStudies,
      ...keyUse(encryptionKey, ['s3', 'dynamodb', 'medical-imaging']),
    ],
    'prepare-part': [
      ...readManifest,
      allow([batches.tableArn], 'dynamodb:GetItem'),
      allow([instances.tableArn], 'dynamodb:Query'),
      allow([landing.arnForObjects(`${batchesPrefix}*`)], 's3:GetObject'),
      allow([landing.arnForObjects(`${partsPrefix}*`)], 's3:PutObject'),
      ...keyUse(encryptionKey, ['s3', 'dynamodb']),
    ],
    'start-import': [...dispatch, allow([studies.tableArn], 'dynamodb:UpdateItem')],
    dispatch,
    'import-event': [allow([batches.tableArn], 'dynamodb:GetItem'), ...keyUse(encryptionKey, ['sqs', 'dynamodb'])],
    'poll-import': [
      allow([batches.tableArn], 'dynamodb:GetItem'),
      ...findJob,
      ...keyUse(encryptionKey, ['dynamodb', 'medical-imaging']),
    ],
    reconcile: [
      ...readManifest,
      allow([results.arnForObjects(`${jobsPrefix}*`)], 's3:GetObject'),
      allow([results.bucketArn], 's3:ListBucket'),
      allow([batches.tableArn], 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      allow([instances.tableArn], 'dynamodb:BatchWriteItem', 'dynamodb:Query'),
      allow([studies.tableArn], 'dynamodb:UpdateItem'),
      ...tellStudies,
      ...findJob,
      ...keyUse(encryptionKey, ['s3', 'dynamodb', 'medical-imaging']),
    ],
    'mark-failed': [...readManifest, ...failBatch, ...tellStudies, ...keyUse(encryptionKey, ['s3', 'dynamodb'])],
    sweep: [
      ...readManifest,
      ...failBatch,
      ...tellStudies,
      allow([landing.arnForObjects(`${leasePrefix}*`)], 's3:GetObject', 's3:DeleteObject'),
      allow([landing.arnForObjects(`${manifestPrefix}*`)], 's3:PutObject'),
      allow([landing.arnForObjects(`${batchesPrefix}*`)], 's3:GetObject', 's3:PutObject'),
      allow([batches.tableArn], 'dynamodb:BatchGetItem'),
      allow([`${batches.tableArn}/index/byStatus`], 'dynamodb:Query'),
      ...keyUse(encryptionKey, ['s3', 'dynamodb']),
    ],
  };
}

/** Handing a role to HealthImaging, and to nobody else. */
const passRole = (role: IRole): PolicyStatement =>
  new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [role.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'medical-imaging.amazonaws.com' } },
  });

/** What the functions may do to the state machine that calls some of them. */
export function stateMachineGrants(
  stateMachineArn: string,
  stateMachineName: string,
): Readonly<Partial<Record<PipelineFunctionName, PolicyStatement[]>>> {
  const executions = `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${stateMachineName}:*`;
  const bringToken = allow([stateMachineArn], 'states:SendTaskSuccess');
  const failToken = allow([stateMachineArn], 'states:SendTaskFailure');
  return {
    intake: [allow([stateMachineArn], 'states:StartExecution')],
    'start-import': [bringToken, failToken],
    dispatch: [bringToken, failToken],
    'import-event': [bringToken],
    sweep: [allow([stateMachineArn], 'states:StartExecution'), allow([executions], 'states:DescribeExecution')],
  };
}

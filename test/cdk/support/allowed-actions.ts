/** Who makes use of an action that the recordings of grants.test.ts and service-grants.test.ts do not show. */
export type Reason = string;

/** `recorded`: the code was seen to ask for it. */
export type Use = 'recorded' | { readonly reason: Reason };

const by = (reason: Reason): Use => ({ reason });

const lambdaItself = by('Lambda, in the name of the role, before and after the code runs');
const lambdaInVpc = by('Lambda, to give the function an interface in the VPC; EC2 has no narrower resource');
const queuePolling = by('Lambda, which polls the queue in the name of the role');
const key = by('S3, DynamoDB, SQS, HealthImaging or Lambda with the customer key; only by way of that service');
const xray = by('X-Ray segments; the service has no resources to name');

const everyFunction: Readonly<Record<string, Use>> = {
  'logs:CreateLogStream': lambdaItself,
  'logs:PutLogEvents': lambdaItself,
  'xray:PutTelemetryRecords': xray,
  'xray:PutTraceSegments': xray,
  'ec2:AssignPrivateIpAddresses': lambdaInVpc,
  'ec2:CreateNetworkInterface': lambdaInVpc,
  'ec2:DeleteNetworkInterface': lambdaInVpc,
  'ec2:DescribeNetworkInterfaces': lambdaInVpc,
  'ec2:DescribeSubnets': lambdaInVpc,
  'ec2:UnassignPrivateIpAddresses': lambdaInVpc,
  'kms:Decrypt': key,
};

const keyed: Readonly<Record<string, Use>> = {
  'kms:DescribeKey': key,
  'kms:Encrypt': key,
  'kms:GenerateDataKey': key,
  'kms:ReEncryptFrom': key,
  'kms:ReEncryptTo': key,
};

const polled: Readonly<Record<string, Use>> = {
  'sqs:DeleteMessage': queuePolling,
  'sqs:GetQueueAttributes': queuePolling,
  'sqs:ReceiveMessage': queuePolling,
};

const asRecorded = (...actions: string[]): Readonly<Record<string, Use>> =>
  Object.fromEntries(actions.map((action) => [action, 'recorded']));

const batchesWrite = ['dynamodb:GetItem', 'dynamodb:PutItem'];
const wholeLedger = [...batchesWrite, 'dynamodb:BatchWriteItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];

const service: Readonly<Record<string, Use>> = {
  ...asRecorded('s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload'),
  ...asRecorded('dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'),
  'kms:Decrypt': key,
  ...keyed,
};

const telling = { 'sns:Publish': by('the function, to tell that a study is complete or needs attention') };

/**
 * Every action that any role of any template may have, by what the logical id of the role has in it. What is not here
 * is in no template.
 */
export const allowedActions: readonly { readonly role: RegExp; readonly actions: Readonly<Record<string, Use>> }[] = [
  {
    role: /Functionsintakerole/,
    actions: {
      ...everyFunction,
      ...polled,
      ...asRecorded('states:StartExecution', 's3:GetObject'),
      'kms:GenerateDataKey': key,
    },
  },
  {
    role: /Functionsregisterrole/,
    actions: {
      ...everyFunction,
      ...keyed,
      ...asRecorded(
        's3:GetObject',
        's3:ListBucket',
        ...batchesWrite,
        'dynamodb:BatchWriteItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ),
    },
  },
  {
    role: /Functionsstoreinstancesrole/,
    actions: {
      ...everyFunction,
      ...telling,
      ...keyed,
      ...asRecorded(
        's3:GetObject',
        's3:ListBucket',
        'dynamodb:GetItem',
        'dynamodb:UpdateItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:Query',
        'medical-imaging:StoreDICOM',
        'medical-imaging:SearchImageSets',
        'medical-imaging:GetImageSetMetadata',
      ),
    },
  },
  {
    role: /Functionspreparepartrole/,
    actions: {
      ...everyFunction,
      ...keyed,
      ...asRecorded('s3:GetObject', 's3:PutObject', 's3:ListBucket', 'dynamodb:GetItem', 'dynamodb:Query'),
    },
  },
  {
    role: /Functions(?:startimport|dispatch)role/,
    actions: {
      ...everyFunction,
      ...keyed,
      ...asRecorded(
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'medical-imaging:StartDICOMImportJob',
        'medical-imaging:GetDICOMImportJob',
        'states:SendTaskSuccess',
        'states:SendTaskFailure',
      ),
      'iam:PassRole': by('HealthImaging, which is handed the data access role when a job is started'),
    },
  },
  {
    role: /Functionsimporteventrole/,
    actions: {
      ...everyFunction,
      ...keyed,
      ...polled,
      ...asRecorded('dynamodb:GetItem', 'states:SendTaskSuccess'),
    },
  },
  {
    role: /Functionspollimportrole/,
    actions: { ...everyFunction, ...keyed, ...asRecorded('dynamodb:GetItem', 'medical-imaging:GetDICOMImportJob') },
  },
  {
    role: /Functionsreconcilerole/,
    actions: {
      ...everyFunction,
      ...telling,
      ...keyed,
      ...asRecorded(
        's3:GetObject',
        's3:ListBucket',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:BatchWriteItem',
        'dynamodb:UpdateItem',
        'medical-imaging:GetDICOMImportJob',
      ),
    },
  },
  {
    role: /Functionsmarkfailedrole/,
    actions: { ...everyFunction, ...telling, ...keyed, ...asRecorded('s3:GetObject', 's3:ListBucket', ...wholeLedger) },
  },
  {
    role: /Functionssweeprole/,
    actions: {
      ...everyFunction,
      ...telling,
      ...keyed,
      ...asRecorded(
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:ListBucket',
        ...wholeLedger,
        'dynamodb:BatchGetItem',
        'states:StartExecution',
        'states:DescribeExecution',
      ),
    },
  },
  {
    role: /DataAccessRole/,
    actions: Object.fromEntries(
      ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'].map((action) => [
        action,
        by('HealthImaging, while a job runs (developer guide, "Create an IAM role for import")'),
      ]),
    ),
  },
  {
    role: /StateMachineRole/,
    actions: {
      'lambda:InvokeFunction': by('Step Functions, for the steps of an import'),
      'xray:PutTelemetryRecords': xray,
      'xray:PutTraceSegments': xray,
      'xray:GetSamplingRules': xray,
      'xray:GetSamplingTargets': xray,
      ...Object.fromEntries(
        [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ].map((action) => [action, by('Step Functions, to log executions; log delivery has no resources to name')]),
      ),
    },
  },
  {
    role: /FlowsIAMRole/,
    actions: {
      'logs:CreateLogStream': by('VPC flow logs'),
      'logs:PutLogEvents': by('VPC flow logs'),
      'logs:DescribeLogStreams': by('VPC flow logs'),
    },
  },
  {
    role: /TaskRole/,
    actions: {
      ...service,
      'ecs:UpdateTaskProtection': by('the service through the ECS agent, while associations live'),
      'aps:RemoteWrite': by('the collector'),
      'xray:PutTelemetryRecords': xray,
      'xray:PutTraceSegments': xray,
    },
  },
  {
    role: /TaskExecutionRole/,
    actions: {
      'ecr:GetAuthorizationToken': by('ECS, to pull the image; a token is for all repositories or none'),
      'ecr:BatchCheckLayerAvailability': by('ECS, to pull the image'),
      'ecr:BatchGetImage': by('ECS, to pull the image'),
      'ecr:GetDownloadUrlForLayer': by('ECS, to pull the image'),
      'logs:CreateLogStream': by('ECS, for the log of the service'),
      'logs:PutLogEvents': by('ECS, for the log of the service'),
    },
  },
  { role: /WorkloadRole/, actions: service },
];

/** Actions that may have `*` for a resource, since their services have no narrower one. */
export const withoutResources: readonly RegExp[] = [
  /^xray:/,
  /^ec2:(?:Assign|Create|Delete|Describe|Unassign)/,
  /^ecr:GetAuthorizationToken$/,
  /^logs:(?:(?:Create|Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|Describe\w+)$/,
];

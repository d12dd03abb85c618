/** A finding of cdk-nag that stands, and why. */
export interface Acknowledgement {
  /** The rule's name in every pack that has it. */
  readonly rule: string;
  /** Where: the end of a construct's path. */
  readonly at: RegExp;
  /** For rules that name what they found. */
  readonly finding?: RegExp;
  readonly reason: string;
}

const anywhere = /./;

/** Everything that the rule packs find and that is meant. What is not here fails the synthesis. */
export const acknowledgements: readonly Acknowledgement[] = [
  {
    rule: 'IAM5',
    at: /(?:DataAccess\/Role|Functions\/[a-z-]+-role|Task\/Role|Workload\/Role)\/DefaultPolicy\/Resource$/,
    finding: /^Resource::<\w+\.Arn>\/(?:batches|parts|manifests|open|jobs)\/\*$/,
    reason:
      'One prefix of one bucket: the keys of instances, parts, seals, leases and results are not known beforehand.',
  },
  {
    rule: 'IAM5',
    at: /Functions\/[a-z-]+-role\/DefaultPolicy\/Resource$/,
    finding: /^Resource::\*$/,
    reason: 'Network interfaces of Lambda in a VPC and X-Ray segments: neither service has resources to name for them.',
  },
  {
    rule: 'IAM5',
    at: /Import\/StateMachine\/Role\/DefaultPolicy\/Resource$/,
    finding: /^Resource::(?:\*|<\w+\.Arn>:\*)$/,
    reason:
      'Versions of the six functions that the machine calls; log delivery and X-Ray segments have no resources to name.',
  },
  {
    rule: 'IAM5',
    at: /sweep-executions\/Resource$/,
    finding: /^Resource::arn:<AWS::Partition>:states:.*:execution:<\w+\.Name>:\*$/,
    reason: 'The executions of one state machine, whose names are those of batches that do not exist yet.',
  },
  {
    rule: 'IAM5',
    at: /Task\/Role\/DefaultPolicy\/Resource$/,
    finding: /^Resource::arn:<AWS::Partition>:ecs:.*:task\/<\w+>\/\*$/,
    reason: 'The tasks of one cluster, of which this task is one; their ids do not exist yet.',
  },
  {
    rule: 'IAM5',
    at: /Task\/(?:Execution)?Role\/DefaultPolicy\/Resource$/,
    finding: /^Resource::\*$/,
    reason: 'Amazon ECR gives out tokens for all repositories or none, and X-Ray has no resources to name.',
  },
  {
    rule: 'IAMNoInlinePolicy',
    at: anywhere,
    reason: 'Each policy is of one role alone and goes when the role goes; none is meant to be shared.',
  },
  {
    rule: 'SQS3',
    at: /UndeliveredNotices\/Resource$/,
    reason: 'It is the dead-letter queue of EventBridge targets.',
  },
  {
    rule: 'ECS2',
    at: /Task\/Resource$/,
    reason: 'The variables are names, ports and limits. There is no secret among them, and none in the product.',
  },
  ...['EC23', 'EC2RestrictedCommonPorts', 'EC2RestrictedSSH'].map((rule) => ({
    rule,
    at: /(?:FrontDoor\/SecurityGroup\/Resource|ClientCidr\dIngress)$/,
    reason:
      'Clients from everywhere are refused by a rule of this product unless dangerouslyAllowClientsFromAnywhere is set; networks that are parameters have a pattern that leaves everywhere out.',
  })),
  {
    rule: 'VPCDefaultSecurityGroupClosed',
    at: /Vpc\/Resource$/,
    reason: 'CloudFormation cannot close it without a function that may change security groups. Nothing is in it.',
  },
  {
    rule: 'VPCNoUnrestrictedRouteToIGW',
    at: /Vpc\/publicSubnet\d\/DefaultRoute$/,
    reason: 'The load balancer was asked to face the internet. It alone is in these subnets.',
  },
  {
    rule: 'S3BucketReplicationEnabled',
    at: /Buckets\/\w+\/Resource$/,
    reason:
      'Instances are versioned and are in HealthImaging once imported. A copy in another region is for the customer to decide.',
  },
  {
    rule: 'S3DefaultEncryptionKMS',
    at: /Buckets\/AccessLogs\/Resource$/,
    reason: 'S3 and Elastic Load Balancing deliver access logs to buckets with SSE-S3 only.',
  },
  {
    rule: 'S3DefaultEncryptionKMS',
    at: /Buckets\/(?:Landing|Results)\/Resource$/,
    reason: 'Encryption at rest was left to keys of AWS; S3 encrypts with SSE-S3.',
  },
  {
    rule: 'CloudWatchLogGroupEncrypted',
    at: anywhere,
    reason: 'Encryption at rest was left to keys of AWS; CloudWatch Logs encrypts with its own.',
  },
  {
    rule: 'DynamoDBInBackupPlan',
    at: /Ledger\/\w+\/Resource$/,
    reason: 'Every table has point-in-time recovery and deletion protection; a backup plan is the account’s.',
  },
  {
    rule: 'LambdaConcurrency',
    at: /Functions\/[a-z-]+\/Resource$/,
    reason:
      'Queues are read by ten at most and the state machine calls one function a step; a reservation would be taken from the account.',
  },
  {
    rule: 'LambdaDLQ',
    at: /Functions\/[a-z-]+\/Resource$/,
    reason:
      'Queues have dead-letter queues, the state machine catches what functions throw, and the sweeper runs again in five minutes.',
  },
  {
    rule: 'LambdaInsideVPC',
    at: /Functions\/[a-z-]+\/Resource$/,
    reason:
      'Asked for with functionsInVpc, or there is no VPC to put them in. They listen to nothing and reach AWS by TLS and IAM.',
  },
  {
    rule: 'ELBv2ACMCertificateRequired',
    at: /FrontDoor\/Listener\/Resource$/,
    reason: 'Without a certificate the load balancer is internal: peers come by VPN or Direct Connect.',
  },
];

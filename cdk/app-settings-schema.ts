import { z } from 'zod';

/** Context comes as text from `-c` and as any JSON from cdk.json. */
const flag = z.union([z.boolean(), z.stringbool()], 'true or false is needed');
const count = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
  z.int('a whole number is needed').positive(),
);
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(z.string().min(1)).min(1),
);
const cidr = z.union([z.cidrv4(), z.cidrv6()], 'a network is needed, such as 10.1.0.0/16');
const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `an ARN of ${service} is needed`);

/** What the app is told by context: `-c scp:<name>=<value>`, or `"scp:<name>"` in cdk.json. */
export const appSettingsSchema = z.strictObject({
  edition: z.enum(['fargate', 'eks']).default('fargate').describe('Where the service runs.'),
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'letters, digits and hyphens, a letter first')
    .default('DicomStoreScp')
    .describe('Name of the stack; with several regions, the region is put behind it.'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'an account has 12 digits')
    .optional()
    .describe('Account to deploy to.'),
  regions: list.optional().describe('Regions to deploy to, one stack each. Not set: the region of the credentials.'),

  image: z
    .string()
    .regex(
      /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9._/-]+(?::[\w.-]+|@sha256:[0-9a-f]{64})$/,
      'an image of Amazon ECR with tag or digest is needed: the VPC has no way to other registries',
    )
    .optional()
    .describe('Image of the service in Amazon ECR. Not set: built from this repository.'),
  architecture: z.enum(['arm64', 'x86_64']).default('arm64').describe('What the image is built for.'),
  clientCidrs: list
    .pipe(z.array(cidr))
    .optional()
    .describe('Networks that may send images. Not set: the new VPC itself.'),
  dangerouslyAllowClientsFromAnywhere: flag.optional().describe('Lets 0.0.0.0/0 and ::/0 be among the clients.'),

  vpcId: z.string().startsWith('vpc-').optional().describe('An existing VPC. Not set: a new one without internet.'),
  subnetIds: list.optional().describe('Subnets of the existing VPC for service, functions and load balancer.'),
  loadBalancerSubnetIds: list.optional().describe('Subnets of the existing VPC for the load balancer alone.'),
  vpcCidr: z.cidrv4().optional().describe('Addresses of a new VPC. Not set: 10.0.0.0/16.'),
  functionsInVpc: flag.optional().describe('Whether the functions run in the VPC, too. Not set: they do.'),
  stowOutlet: flag
    .optional()
    .describe(
      'Whether routes may have the outlet stow. Not set: not with functions in a new VPC, which gets endpoints.',
    ),

  internetFacing: flag.optional().describe('Lets peers connect from the internet, with TLS only.'),
  certificateArn: arn('acm').optional().describe('Certificate that ends TLS at the load balancer.'),
  port: count.optional().describe('Port that peers connect to. Not set: 104, or 2762 with a certificate.'),
  idleTimeoutSeconds: count.optional().describe('How long a TCP connection may be silent, 60 to 6,000.'),
  clientAddress: z
    .enum(['preserve', 'proxy-protocol'])
    .optional()
    .describe('How the service learns addresses of peers.'),
  drainSeconds: count.optional().describe('How long associations of a task that is replaced may go on.'),
  minTasks: count.optional().describe('How many tasks run at least.'),
  maxTasks: count.optional().describe('How many tasks run at most.'),

  datastoreId: z
    .string()
    .regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits')
    .optional()
    .describe('An existing HealthImaging data store. Not set: one is created.'),
  routeDatastoreIds: list
    .pipe(z.array(z.string().regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits')))
    .optional()
    .describe('Further data stores that routes name: the pipeline may import into these, too.'),
  startsPerSecond: count.optional().describe('Quota of StartDICOMImportJob requests a second. Not set: 1.'),
  concurrentJobs: count.optional().describe('Quota of import jobs of a data store under way. Not set: 100.'),
  allowUnlistedRegion: flag.optional().describe('Deploys where HealthImaging was not offered at this release.'),
  encryptionKeyArn: arn('kms').optional().describe('An existing key. Not set: one is created.'),
  awsManagedKeys: flag.optional().describe('Leaves encryption at rest to keys of AWS.'),
  logRetentionDays: count.optional().describe('How long logs are kept: a number that CloudWatch Logs knows.'),
  expireInstancesAfterDays: count.optional().describe('Age at which received instances are removed, 30 or more.'),
  noticeEmail: z.email().optional().describe('Who is told what needs attention.'),
  runbook: z.string().min(1).optional().describe('Page that alarms refer to.'),

  showImports: flag
    .optional()
    .describe('Lets the service read the ledger: metrics of the import, and its status page.'),
  otlpEndpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where functions, and a service without a collector, send spans by OTLP over HTTP. Not set: X-Ray alone.',
    ),
  collectorImage: z.string().min(1).optional().describe('AWS Distro for OpenTelemetry in Amazon ECR.'),
  prometheusWorkspaceArn: arn('aps').optional().describe('Where the collector sends metrics.'),

  eksClusterName: z.string().min(1).optional().describe('The cluster, for the edition eks.'),
  eksNamespace: z.string().min(1).optional().describe('Namespace that the chart is installed in.'),
  eksServiceAccount: z.string().min(1).optional().describe('Service account that the chart makes.'),
  oidcProviderArn: arn('iam').optional().describe('Identity provider of the cluster, for IRSA. Not set: Pod Identity.'),
});

/** What the app is told of itself. */
export type AppOptions = Readonly<z.infer<typeof appSettingsSchema>>;

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../cdk/app.ts';
import { parseSettings } from '../../../cdk/app-settings.ts';

const image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/dicom-store-scp:1.0.0';

/** Deployments that differ in what they are made of. */
export const variants = {
  standard: { 'scp:image': image },
  'existing-vpc': {
    'scp:image': image,
    'scp:vpcId': 'vpc-0123456789abcdef0',
    'scp:subnetIds': 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
    'scp:clientCidrs': '10.1.0.0/16,10.2.0.0/16',
    'scp:certificateArn': 'arn:aws:acm:us-east-1:111122223333:certificate/c',
    'scp:datastoreId': '0123456789abcdef0123456789abcdef',
    'scp:routeDatastoreIds': 'fedcba9876543210fedcba9876543210,00000000000000000000000000000001',
    'scp:startsPerSecond': 10,
    'scp:concurrentJobs': 400,
    'scp:awsManagedKeys': true,
    'scp:expireInstancesAfterDays': 90,
    'scp:noticeEmail': 'radiology@example.org',
    'scp:collectorImage': '111122223333.dkr.ecr.us-east-1.amazonaws.com/aws-otel-collector:v0.47.0',
    'scp:prometheusWorkspaceArn': 'arn:aws:aps:us-east-1:111122223333:workspace/ws-1',
    SCP_AE_TITLES: 'ARCHIVE,STAT',
  },
  'internet-facing': {
    'scp:image': image,
    'scp:internetFacing': true,
    'scp:certificateArn': 'arn:aws:acm:us-east-1:111122223333:certificate/c',
    'scp:clientCidrs': '198.51.100.0/24',
    'scp:functionsInVpc': false,
  },
  stow: { 'scp:image': image, 'scp:stowOutlet': true },
  'proxy-protocol': { 'scp:image': image, 'scp:clientAddress': 'proxy-protocol', 'scp:showImports': true },
  commitment: { 'scp:image': image, SCP_COMMITMENT: 'imported', SCP_COMMITMENT_UNKNOWN_PEERS: 'allow' },
  'showing-imports': {
    'scp:image': image,
    'scp:showImports': true,
    'scp:otlpEndpoint': 'https://otlp.example.org',
    SCP_STATUS_PAGE: true,
  },
  'eks-pod-identity': { 'scp:edition': 'eks', 'scp:eksClusterName': 'hospital' },
  'eks-irsa-govcloud': {
    'scp:edition': 'eks',
    'scp:eksClusterName': 'hospital',
    'scp:oidcProviderArn':
      'arn:aws-us-gov:iam::111122223333:oidc-provider/oidc.eks.us-gov-west-1.amazonaws.com/id/0123456789ABCDEF',
    SCP_COMMITMENT: 'stored',
    'scp:showImports': true,
    SCP_STATUS_PAGE: true,
    'scp:regions': 'us-gov-west-1',
    'scp:allowUnlistedRegion': true,
  },
} as const;

export type Variant = keyof typeof variants;
export const variantNames = Object.keys(variants) as Variant[];
export const fargateVariants = variantNames.filter((name) => !name.startsWith('eks'));

/** The feature flags that the app is synthesized with. */
const flags = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8')).context;

/**
 * An app of these settings, with all of CDK's flags. Functions are not bundled.
 * @param validated whether CDK holds the templates against CloudFormation's schema, which takes its time
 */
export function appOf(context: Readonly<Record<string, unknown>>, validated = false) {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), 'cdk-')),
    builtinCloudFormationValidation: validated,
    context: { ...flags(), 'aws:cdk:bundling-stacks': [], ...context },
  });
  const stacks = addStacks(app, parseSettings(app.node.getAllContext()));
  return { app, stacks };
}

export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly template: Template;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const synthesized = new Map<Variant, Synthesized>();

/** The template of a variant, synthesized once. */
export function synthesize(name: Variant): Synthesized {
  const known = synthesized.get(name);
  if (known !== undefined) return known;
  const { app, stacks } = appOf(variants[name]);
  const [stack] = stacks;
  if (stack === undefined) throw new Error(`${name} has no stack`);
  const template = Template.fromStack(stack);
  const made = { app, stack, template, resources: template.toJSON().Resources };
  synthesized.set(name, made);
  return made;
}

/** The resources of a type, with their logical ids. */
export const resourcesOf = (name: Variant, type: string): readonly (readonly [string, TemplateResource])[] =>
  Object.entries(synthesize(name).resources).filter(([, resource]) => resource.Type === type);

import { App, Duration, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../cdk/app-settings.ts';
import { DicomStoreScp, type DicomStoreScpProps } from '../../cdk/dicom-store-scp.ts';
import { ScpStack } from '../../cdk/scp-stack.ts';
import { parseConfig } from '../../core/config.ts';
import { deployment } from '../../core/deployment.ts';
import { appOf, resourcesOf, variants } from './support/variants.ts';

describe('settings of the app', () => {
  const problemsOf = (context: Record<string, unknown>): string => {
    try {
      parseSettings(context);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  it.each([
    [{ 'scp:clientCidr': '10.0.0.0/8' }, 'scp:clientCidr: no such setting. There are: edition'],
    [{ 'scp:edition': 'ec2' }, 'scp:edition'],
    [{ 'scp:clientCidrs': '10.0.0.0' }, 'a network is needed, such as 10.1.0.0/16'],
    [{ 'scp:image': 'docker.io/x:1' }, 'an image of Amazon ECR with tag or digest is needed'],
    [{ 'scp:datastoreId': 'x' }, 'a datastore id has 32 lower-case letters and digits'],
    [{ 'scp:vpcId': 'vpc-1', 'scp:clientCidrs': '10.0.0.0/8' }, 'scp:vpcId needs scp:subnetIds'],
    [{ 'scp:vpcId': 'vpc-1', 'scp:subnetIds': 'a,b' }, 'scp:vpcId needs scp:clientCidrs'],
    [{ 'scp:subnetIds': 'a,b' }, 'scp:subnetIds needs scp:vpcId'],
    [
      { 'scp:vpcId': 'vpc-1', 'scp:subnetIds': 'a', 'scp:vpcCidr': '10.0.0.0/16' },
      'scp:vpcId and scp:vpcCidr exclude each other',
    ],
    [
      { 'scp:certificateArn': 'arn:aws:acm:x', 'scp:idleTimeoutSeconds': '600' },
      'a TLS listener cannot be given an idle timeout',
    ],
    [{ 'scp:encryptionKeyArn': 'arn:aws:kms:x', 'scp:awsManagedKeys': 'true' }, 'exclude each other'],
    [{ 'scp:collectorImage': 'x' }, 'scp:collectorImage needs scp:prometheusWorkspaceArn'],
    [{ 'scp:edition': 'eks' }, 'scp:edition eks needs scp:eksClusterName'],
    [{ 'scp:eksClusterName': 'c' }, 'scp:eksClusterName is for the edition eks'],
    [
      { 'scp:edition': 'eks', 'scp:eksClusterName': 'c', 'scp:stowOutlet': 'true' },
      'scp:stowOutlet is for the edition fargate',
    ],
    [{ SCP_AE_TITEL: 'A' }, 'SCP_AE_TITEL: the service has no such setting'],
    [{ SCP_BUCKET: 'b' }, 'SCP_BUCKET is decided by the stack'],
    [{ SCP_MAX_ASSOCIATIONS: 'many' }, 'SCP_MAX_ASSOCIATIONS: a whole number is needed'],
  ])('%j are refused with a sentence', (context, sentence) => {
    expect(problemsOf(context)).toContain(sentence);
  });

  it('are refused all at once', () => {
    expect(problemsOf({ 'scp:edition': 'ec2', SCP_PORT: '1', SCP_X: '1' }).split('\n')).toHaveLength(3);
  });

  it('are none of what CDK keeps in the context', () => {
    expect(parseSettings({ '@aws-cdk/core:x': true, 'aws:cdk:enable-path-metadata': true })).toMatchObject({
      edition: 'fargate',
      stackName: 'DicomStoreScp',
      service: {},
    });
  });

  it('say how many stacks there are: one for each region', () => {
    const { stacks } = appOf({ ...variants['eks-pod-identity'], 'scp:regions': 'us-east-1,eu-west-1' });
    expect(stacks.map((stack) => [stack.stackName, stack.region])).toEqual([
      ['DicomStoreScp-us-east-1', 'us-east-1'],
      ['DicomStoreScp-eu-west-1', 'eu-west-1'],
    ]);
  });

  it('name regions that HealthImaging is offered in', () => {
    const inFrankfurt = { ...variants['eks-pod-identity'], 'scp:regions': 'eu-central-1' };
    expect(() => appOf(inFrankfurt)).toThrow('not known to be offered in eu-central-1: deploy to one of');
  });
});

describe('props of the construct', () => {
  const build = (props: (stack: Stack) => Partial<DicomStoreScpProps>) => {
    const stack = new ScpStack(new App(), 'Refused');
    new DicomStoreScp(stack, 'Scp', {
      image: ContainerImage.fromRegistry('image'),
      clientCidrs: ['10.1.0.0/16'],
      functionCode: () => Code.fromInline('exports.handler = () => undefined'),
      ...props(stack),
    });
  };
  const certificate = (stack: Stack) => Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:x:1:c/c');

  it.each<[string, (stack: Stack) => Partial<DicomStoreScpProps>]>([
    ['so that nobody could connect', () => ({ clientCidrs: [] })],
    ['which is everybody', () => ({ clientCidrs: ['0.0.0.0/0'] })],
    ['would receive images in plain text', () => ({ internetFacing: true })],
    [
      'closes connections after 350 s of silence and cannot be told otherwise',
      (stack) => ({ certificate: certificate(stack), idleTimeout: Duration.seconds(600) }),
    ],
    ['a load balancer takes 60 to 6000 s', () => ({ idleTimeout: Duration.hours(2) })],
    ['let the service be the one that ends them', () => ({ settings: { idleTimeoutMs: 400_000 } })],
    [
      'encryptionKey and awsManagedKeys exclude each other',
      (stack) => ({ awsManagedKeys: true, encryptionKey: new Key(stack, 'Key') }),
    ],
    ['let it be 30 days or more', () => ({ expireInstancesAfter: Duration.days(7) })],
    ['minTasks is 4 and maxTasks 2', () => ({ minTasks: 4, maxTasks: 2 })],
    ['leave one of them out', (stack) => ({ vpcCidr: '10.0.0.0/16', vpc: vpcIn(stack) })],
    ['give vpc, too', () => ({ vpcSubnets: { subnetGroupName: 'x' } })],
    ['SCP_LEASE_TTL_MS', () => ({ settings: { leaseTtlMs: 1_000 } })],
  ])('are refused: %s', (sentence, props) => {
    expect(() => build(props)).toThrow(sentence);
  });

  it('may let clients in from everywhere when that is said in as many words', () => {
    expect(() =>
      build(() => ({ clientCidrs: ['0.0.0.0/0'], dangerouslyAllowClientsFromAnywhere: true })),
    ).not.toThrow();
  });
});

const vpcIn = (stack: Stack) =>
  Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], isolatedSubnetIds: ['subnet-1'] });

describe("the container's environment", () => {
  const environmentIn = (name: 'standard' | 'existing-vpc' | 'proxy-protocol'): Record<string, unknown> => {
    const [task] = resourcesOf(name, 'AWS::ECS::TaskDefinition');
    const containers = task?.[1].Properties?.ContainerDefinitions as readonly {
      readonly Name: string;
      readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
    }[];
    const service = containers.find(({ Name }) => Name === deployment.name);
    return Object.fromEntries((service?.Environment ?? []).map(({ Name, Value }) => [Name, Value]));
  };

  it.each(['standard', 'existing-vpc'] as const)('of %s is one that the service starts with', (name) => {
    const environment = environmentIn(name);
    const known = Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => [
        variable,
        typeof value === 'string' ? value : variable === 'SCP_DATASTORE_ID' ? '0'.repeat(32) : 'known-later',
      ]),
    );
    expect(parseConfig(known)).toMatchObject({
      store: 's3',
      bucket: 'known-later',
      port: deployment.ports.dicom.port,
      adminPort: deployment.ports.admin.port,
      drainTimeoutMs: deployment.drain.drainTimeoutMs,
    });
  });

  it('has what was chosen', () => {
    expect(environmentIn('existing-vpc').SCP_AE_TITLES).toBe('ARCHIVE,STAT');
  });

  it('names the load balancer that is believed, where it sends PROXY headers', () => {
    expect(environmentIn('proxy-protocol').SCP_PROXY_PROTOCOL_FROM).toEqual({
      'Fn::GetAtt': [expect.stringContaining('Vpc'), 'CidrBlock'],
    });
  });
});

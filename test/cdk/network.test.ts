import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { grantsOf, text } from './support/policies.ts';
import { resourcesOf, synthesize, type Variant, variantNames } from './support/variants.ts';

const newVpc = ['standard', 'internet-facing'] as const;

describe('a new VPC', () => {
  it('has no way to the internet', () => {
    const types = Object.values(synthesize('standard').resources).map(({ Type }) => Type);
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EIP']) {
      expect(types).not.toContain(type);
    }
    expect(resourcesOf('standard', 'AWS::EC2::Route')).toEqual([]);
  });

  it('that faces the internet has a gateway for the subnets of the load balancer alone', () => {
    const routes = resourcesOf('internet-facing', 'AWS::EC2::Route').map(([, { Properties }]) =>
      text(Properties?.RouteTableId),
    );
    expect(routes.length).toBe(2);
    for (const table of routes) expect(table).toMatch(/publicSubnet/);
    const [loadBalancer] = resourcesOf('internet-facing', 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(JSON.stringify(loadBalancer?.[1].Properties?.Subnets)).toMatch(/publicSubnet/);
    const [service] = resourcesOf('internet-facing', 'AWS::ECS::Service');
    expect(JSON.stringify(service?.[1].Properties?.NetworkConfiguration)).toMatch(/privateSubnet/);
  });

  it.each(newVpc)('logs every flow: %s', (name) => {
    synthesize(name).template.hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'ALL',
      LogDestinationType: 'cloud-watch-logs',
    });
  });

  const endpointsOf = (name: Variant) =>
    resourcesOf(name, 'AWS::EC2::VPCEndpoint')
      .map(([, { Properties }]) => text(Properties?.ServiceName).split('.').slice(3).join('.'))
      .sort();
  const usual = ['dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 'medical-imaging', 's3', 'states'];

  it('has an endpoint for every service that is spoken to, and takes HTTPS from the stack’s own groups', () => {
    expect(endpointsOf('standard')).toEqual(usual);
  });

  it('has those of STOW-RS where it is asked for, and lets the functions store only where they reach it', () => {
    expect(endpointsOf('stow')).toEqual([...usual, 'dicom-medical-imaging', 'runtime-medical-imaging'].sort());
    const stores = variantNames.filter((name) =>
      grantsOf(name).some(({ action }) => action === 'medical-imaging:StoreDICOM'),
    );
    const isToldWhere = variantNames.filter((name) =>
      resourcesOf(name, 'AWS::Lambda::Function').some(([, { Properties }]) =>
        JSON.stringify(Properties?.Environment ?? {}).includes('https://dicom-medical-imaging.'),
      ),
    );
    expect(stores).toEqual(['existing-vpc', 'internet-facing', 'stow', 'eks-pod-identity', 'eks-irsa-govcloud']);
    expect(isToldWhere).toEqual(stores);
  });

  it('has gateways that reach the buckets and tables of the stack, and layers of images', () => {
    const policies = resourcesOf('standard', 'AWS::EC2::VPCEndpoint').flatMap(([, { Properties }]) =>
      Properties?.PolicyDocument === undefined ? [] : [JSON.stringify(Properties.PolicyDocument)],
    );
    expect(policies).toHaveLength(2);
    for (const policy of policies) {
      expect(policy).toMatch(/BucketsLanding|Ledgerbatches/);
      expect(policy).not.toContain('"Resource":"*"');
    }
  });
});

describe('tasks', () => {
  it('take DICOM and health checks from the load balancer, and nothing else', () => {
    const rules = resourcesOf('standard', 'AWS::EC2::SecurityGroupIngress').filter(([, { Properties }]) =>
      text(Properties?.GroupId).startsWith('<ScpSecurityGroup'),
    );
    expect(
      rules.map(([, { Properties }]) => [Properties?.FromPort, text(Properties?.SourceSecurityGroupId)]).sort(),
    ).toEqual([
      [11_112, expect.stringContaining('FrontDoorSecurityGroup')],
      [8_080, expect.stringContaining('FrontDoorSecurityGroup')],
    ]);
  });
});

describe.each(variantNames)('the stack of %s', (name) => {
  it('has no name that another stack could take', () => {
    const naming =
      /^(?:BucketName|TableName|QueueName|FunctionName|RoleName|StateMachineName|LogGroupName|TopicName|ClusterName|DBName|Name)$/;
    const own = Object.entries(synthesize(name).resources).filter(
      ([, { Type, Properties }]) =>
        !/::(?:ScalingPolicy|PodIdentityAssociation|MetricFilter)$/.test(Type) &&
        Object.entries(Properties ?? {}).some(([key, value]) => naming.test(key) && typeof value === 'string'),
    );
    expect(own.map(([id]) => id)).toEqual([]);
  });
});

describe('HealthImaging', () => {
  it('a created data store has the key of the stack, and outlives it', () => {
    synthesize('standard').template.hasResource('AWS::HealthImaging::Datastore', {
      DeletionPolicy: 'Retain',
      Properties: { KmsKeyArn: Match.anyValue() },
    });
  });

  it('an adopted data store is left as it is', () => {
    expect(resourcesOf('existing-vpc', 'AWS::HealthImaging::Datastore')).toEqual([]);
  });
});

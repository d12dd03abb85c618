import { Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { acknowledgements } from '../../cdk/acknowledgements.ts';
import { findingsIn, judge } from '../../cdk/nag-packs.ts';
import { templatesApp } from '../../cdk/templates/templates.ts';
import { pipelineFunctionNames } from '../../core/pipeline-functions.ts';
import { statementsOf, text } from './support/policies.ts';
import { fargateVariants, resourcesOf, synthesize, variantNames, variants } from './support/variants.ts';

const denyPlain = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

describe.each(variantNames)('in %s', (name) => {
  const { template } = synthesize(name);
  const withOwnKey = !('scp:awsManagedKeys' in variants[name]);

  it('the rule packs find nothing that is not acknowledged with a reason', () => {
    const { app } = synthesize(name);
    expect(findingsIn(app).length).toBeGreaterThan(10);
    judge(app);
    expect(findingsIn(app)).toEqual([]);
  });

  it('buckets keep the public and plain HTTP out, keep versions, and outlive the stack', () => {
    const buckets = resourcesOf(name, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(3);
    for (const [id, bucket] of buckets) {
      expect(bucket, id).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        },
      });
      const encryption = JSON.stringify(bucket.Properties?.BucketEncryption);
      expect(encryption, id).toContain(withOwnKey && !id.includes('AccessLogs') ? 'aws:kms' : 'AES256');
      const policy = resourcesOf(name, 'AWS::S3::BucketPolicy').find(
        ([, { Properties }]) => text(Properties?.Bucket) === `<${id}>`,
      );
      const statements = statementsOf(policy?.[1].Properties?.PolicyDocument);
      expect(statements, id).toContainEqual(expect.objectContaining(denyPlain));
      expect(JSON.stringify(statements), id).toContain('s3:TlsVersion');
    }
  });

  it('access to buckets is logged, and uploads that were given up are removed', () => {
    for (const [id, { Properties }] of resourcesOf(name, 'AWS::S3::Bucket')) {
      if (!id.includes('AccessLogs')) expect(Properties, id).toHaveProperty('LoggingConfiguration');
      expect(JSON.stringify(Properties?.LifecycleConfiguration), id).toContain('"DaysAfterInitiation":1');
    }
  });

  it('every queue refuses plain HTTP and is encrypted, and its messages are kept for two weeks', () => {
    for (const [id, { Properties }] of resourcesOf(name, 'AWS::SQS::Queue')) {
      expect(Properties, id).toMatchObject({
        MessageRetentionPeriod: 1_209_600,
        ...(withOwnKey ? { KmsMasterKeyId: expect.anything() } : { SqsManagedSseEnabled: true }),
      });
      const policy = resourcesOf(name, 'AWS::SQS::QueuePolicy').find(([, one]) =>
        JSON.stringify(one.Properties?.Queues).includes(`"${id}"`),
      );
      expect(statementsOf(policy?.[1].Properties?.PolicyDocument), id).toContainEqual(
        expect.objectContaining(denyPlain),
      );
    }
  });

  it('every topic refuses plain HTTP and is encrypted with a key of the account', () => {
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    const topics = resourcesOf(name, 'AWS::SNS::Topic');
    expect(topics).toHaveLength(2);
    for (const [id] of topics) {
      const policy = resourcesOf(name, 'AWS::SNS::TopicPolicy').find(([, one]) =>
        JSON.stringify(one.Properties?.Topics).includes(`"${id}"`),
      );
      expect(statementsOf(policy?.[1].Properties?.PolicyDocument), id).toContainEqual(
        expect.objectContaining(denyPlain),
      );
    }
  });

  it('keys are rotated and outlive the stack', () => {
    for (const [id, key] of resourcesOf(name, 'AWS::KMS::Key')) {
      expect(key, id).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
    }
  });

  it('every table can be restored, is encrypted and cannot be deleted', () => {
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: withOwnKey ? { SSEEnabled: true, SSEType: 'KMS' } : { SSEEnabled: true },
    });
  });

  it('every log is kept for a set time', () => {
    const logs = resourcesOf(name, 'AWS::Logs::LogGroup');
    expect(logs.length).toBeGreaterThan(8);
    for (const [id, { Properties }] of logs) {
      expect(Properties, id).toMatchObject({
        RetentionInDays: 365,
        ...(withOwnKey ? { KmsKeyId: expect.anything() } : {}),
      });
    }
  });

  it('every function logs to a group of the stack, is traced, and runs on the newest Node that Lambda has', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    });
    expect(resourcesOf(name, 'AWS::Lambda::Function')).toHaveLength(pipelineFunctionNames.length);
  });

  it('executions are logged without their data, and traced', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('names no partition, and nothing in it is looked up', () => {
    const written = JSON.stringify(template.toJSON());
    const given = JSON.stringify(variants[name]);
    const own = (written.match(/arn:aws[a-z-]*:[^"]*/g) ?? []).filter((arn) => !given.includes(arn));
    const partition = name.endsWith('govcloud') ? 'aws-us-gov' : undefined;
    expect(own.filter((arn) => arn.split(':')[1] !== partition)).toEqual([]);
    expect(written).not.toContain('dummy');
  });

  it('takes nothing from everywhere', () => {
    const ingress = [
      ...resourcesOf(name, 'AWS::EC2::SecurityGroup').flatMap(
        ([, { Properties }]) => (Properties?.SecurityGroupIngress ?? []) as readonly object[],
      ),
      ...resourcesOf(name, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties ?? {}),
    ];
    expect(ingress.filter((rule) => /0\.0\.0\.0\/0|::\/0/.test(JSON.stringify(rule)))).toEqual([]);
  });

  it('is made without custom resources, so that nothing runs with more rights than the stack shows', () => {
    const types = Object.values(synthesize(name).resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource$/.test(type))).toEqual([]);
  });
});

describe.each(fargateVariants)('the service of %s', (name) => {
  const { template } = synthesize(name);

  it('has no privileges, no writable file system, and time to drain', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          Name: 'dicom-store-scp',
          ReadonlyRootFilesystem: true,
          User: '1000:1000',
          Privileged: false,
          StopTimeout: 120,
          LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
          LogConfiguration: { LogDriver: 'awslogs' },
        }),
      ]),
    });
  });

  it('is replaced without loss, and taken back when the new one does not come up', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      EnableExecuteCommand: false,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  it('is not cut off from its peers when it stops being ready', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetGroupAttributes: Match.arrayWith([
        { Key: 'deregistration_delay.timeout_seconds', Value: '300' },
        { Key: 'target_health_state.unhealthy.connection_termination.enabled', Value: 'false' },
      ]),
    });
  });

  it('is behind a load balancer that has its security group from the beginning', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: name === 'internet-facing' ? 'internet-facing' : 'internal',
      SecurityGroups: Match.anyValue(),
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'deletion_protection.enabled', Value: 'true' },
        { Key: 'access_logs.s3.enabled', Value: 'true' },
      ]),
    });
  });

  it('ends TLS with a modern policy wherever it was given a certificate', () => {
    const withTls = 'scp:certificateArn' in variants[name];
    template.hasResourceProperties(
      'AWS::ElasticLoadBalancingV2::Listener',
      withTls
        ? { Protocol: 'TLS', Port: 2762, SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' }
        : { Protocol: 'TCP', Port: 104, ListenerAttributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '350' }] },
    );
  });
});

describe('the acknowledgements', () => {
  it('are all of something that is found', () => {
    const apps = [...variantNames.map((name) => synthesize(name).app), templatesApp({})];
    const given = apps.flatMap((app) =>
      app.node
        .findAll()
        .flatMap(({ node }) => node.metadata)
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.values(data as Readonly<Record<string, string>>)),
    );
    const unused = acknowledgements.filter(({ reason }) => !given.includes(reason));
    expect(unused.map(({ rule, at }) => `${rule} ${at}`)).toEqual([]);
  });
});

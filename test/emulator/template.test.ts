import { describe, expect, it } from 'vitest';
import { refusalsIn } from './refusal.ts';
import { type Template, withoutRefused } from './template.ts';

const template: Template = {
  Parameters: { BootstrapVersion: { Type: 'String' } },
  Resources: {
    Target: { Type: 'AWS::ApplicationAutoScaling::ScalableTarget', Properties: {} },
    Policy: { Type: 'AWS::ApplicationAutoScaling::ScalingPolicy', Properties: { Of: { Ref: 'Target' } } },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Actions: [{ 'Fn::GetAtt': ['Policy', 'Arn'] }] } },
    Named: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Value: { 'Fn::Sub': 'of $' + '{Target.Id} in $' + '{AWS::Region}' } },
    },
    Service: { Type: 'AWS::ECS::Service', DependsOn: ['Target', 'Bucket'], Properties: { In: { Ref: 'Bucket' } } },
    Bucket: { Type: 'AWS::S3::Bucket', DependsOn: 'Target' },
  },
  Outputs: { Gone: { Value: { Ref: 'Alarm' } }, Kept: { Value: { Ref: 'Bucket' } } },
};

describe('a template without what was refused', () => {
  const reason = 'Unsupported resource type: AWS::ApplicationAutoScaling::ScalableTarget';
  const { template: rest, leftOut } = withoutRefused(template, [
    { type: 'AWS::ApplicationAutoScaling::ScalableTarget', reason },
  ]);

  it('is without them and whatever refers to them, which each say why', () => {
    expect(leftOut.map(({ logicalId, reason }) => [logicalId, reason])).toEqual([
      ['Target', reason],
      ['Policy', 'refers to Target'],
      ['Alarm', 'refers to Policy'],
      ['Named', 'refers to Target'],
    ]);
    expect(Object.keys(rest.Outputs ?? {})).toEqual(['Kept']);
  });

  it('keeps what only waited for them', () => {
    expect(rest.Resources).toEqual({
      Service: { Type: 'AWS::ECS::Service', DependsOn: ['Bucket'], Properties: { In: { Ref: 'Bucket' } } },
      Bucket: { Type: 'AWS::S3::Bucket' },
    });
    expect(rest.Parameters).toBe(template.Parameters);
  });

  it('is without one resource alone, where its type is taken', () => {
    const mathless = withoutRefused(template, [{ type: 'AWS::CloudWatch::Alarm', logicalId: 'Alarm', reason: 'no' }]);
    expect(mathless.leftOut).toEqual([{ logicalId: 'Alarm', type: 'AWS::CloudWatch::Alarm', reason: 'no' }]);
  });

  it('is the same where nothing is refused', () => {
    const whole = withoutRefused(template, []);
    expect(whole.leftOut).toEqual([]);
    expect(Object.keys(whole.template.Resources)).toEqual(Object.keys(template.Resources));
    expect(whole.template.Outputs).toEqual(template.Outputs);
  });
});

/** As printed by the CDK's command line 2.1148.1 before MiniStack 1.4.21. */
const failed = (type: string, logicalId: string, reason: string) => `
Failed resources:
Scp-1 | 1:04:36 PM | CREATE_FAILED           | ${type}                      | Scp/One (${logicalId}) ${reason}
❌  Scp-1 failed to deploy
‣ DeploymentError: Resource updates failed:
Scp-1/Scp/One/Resource  (${type} ${logicalId})
  ${reason}
Source Location: ...new One in aws-cdk-lib...
                 logCount (file:///srv/cdk/monitoring/log-count.ts:11:18)
`;

describe('a failed deployment', () => {
  it('names the type that was refused', () => {
    const reason = 'Unsupported resource type: AWS::Logs::MetricFilter';
    expect(refusalsIn(failed('AWS::Logs::MetricFilter', 'ScpOneE07A2FE7', reason))).toEqual([
      { type: 'AWS::Logs::MetricFilter', reason },
    ]);
  });

  it('names the one resource whose properties were refused', () => {
    const reason = 'AWS::CloudWatch::Alarm Properties.Metrics (metric math) is not supported; use MetricName.';
    expect(refusalsIn(failed('AWS::CloudWatch::Alarm', 'ScpStuck4E52C5A9', reason))).toEqual([
      { type: 'AWS::CloudWatch::Alarm', logicalId: 'ScpStuck4E52C5A9', reason },
    ]);
  });

  it('names nothing when it failed for anything else', () => {
    expect(refusalsIn(failed('AWS::S3::Bucket', 'ScpLanding', 'BucketAlreadyExists'))).toEqual([]);
    expect(refusalsIn('ScpLanding: is not supported')).toEqual([]);
  });
});

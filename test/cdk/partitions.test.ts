import { describe, expect, it } from 'vitest';
import { text as named } from './support/policies.ts';
import { appOf, type Variant, variants } from './support/variants.ts';

/** Each way of deploying, into a region of another partition. */
const editions: readonly Variant[] = ['standard', 'stow', 'internet-facing', 'eks-pod-identity'];

function templateIn(name: Variant, region: string, partition: string) {
  const context = Object.fromEntries(
    Object.entries(variants[name]).map(([key, value]) => [
      key,
      typeof value === 'string'
        ? value.replaceAll('arn:aws:', `arn:${partition}:`).replaceAll('us-east-1', region)
        : value,
    ]),
  );
  const { app } = appOf({ ...context, 'scp:regions': region, 'scp:allowUnlistedRegion': true });
  const [stack] = app.synth().stacks;
  if (stack === undefined) throw new Error('no stack');
  return { text: JSON.stringify(stack.template), template: stack.template };
}

describe.each(editions)('%s in AWS GovCloud', (name) => {
  const region = 'us-gov-west-1';
  const { text, template } = templateIn(name, region, 'aws-us-gov');

  it('names no resource of another partition', () => {
    expect(text.match(/arn:aws:[^"]*/g) ?? []).toEqual([]);
    expect(text).toContain('arn:aws-us-gov:');
  });

  it('names no region but its own, and the host names of its partition', () => {
    expect(text.match(/\b(?:us-(?:east|west)|eu-west|ap-southeast)-\d\b/g) ?? []).toEqual([]);
    expect(text).not.toContain('amazonaws.com.cn');
  });

  it('reaches services by the endpoints of its region', () => {
    const endpoints = (Object.values(template.Resources) as readonly Resource[]).filter(
      ({ Type }) => Type === 'AWS::EC2::VPCEndpoint',
    );
    if (name !== 'eks-pod-identity') expect(endpoints.length).toBeGreaterThan(4);
    for (const { Properties } of endpoints) {
      const service = named(Properties.ServiceName).replace('<AWS::Region>', region);
      expect(service).toMatch(/^com\.amazonaws\.us-gov-west-1\.[a-z0-9.-]+$/);
    }
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

describe('in a region that is not named yet', () => {
  it.each(editions)('%s leaves the partition to CloudFormation', (name) => {
    const { app } = appOf(variants[name]);
    const [stack] = app.synth().stacks;
    // Only what a setting has named whole may have a partition in it.
    const given = Object.values(variants[name]).map(String);
    const found = JSON.stringify(stack?.template).match(/arn:aws(?:-[a-z-]+)?:[^"]*/g) ?? [];
    expect(found.filter((arn) => !given.some((value) => value.includes(arn)))).toEqual([]);
  });
});

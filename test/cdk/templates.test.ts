import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderTemplates, templates, templatesApp } from '../../cdk/templates/templates.ts';
import { text } from './support/policies.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'cdk/templates/generated');
const names = Object.keys(templates);
/** CloudFormation takes no larger template from a bucket ("AWS CloudFormation quotas"), and no more resources. */
const limits = { bytes: 1_000_000, resources: 500 };

interface CloudFormation {
  readonly Parameters: Readonly<Record<string, { readonly Description?: string; readonly AllowedPattern?: string }>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { readonly Code?: { readonly S3Key: unknown } } }>
  >;
}

const committed = (name: string): CloudFormation =>
  JSON.parse(readFileSync(join(folder, `${name}.template.json`), 'utf8'));

describe('the CloudFormation templates', () => {
  let rendered: ReadonlyMap<string, object>;
  beforeAll(() => {
    rendered = renderTemplates(templatesApp(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context));
  }, 120_000);

  it('are the ones that are committed', () => {
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.template.json`).sort());
  });

  it.each(names)('%s is what the constructs make, valid by the schema of CloudFormation', (name) => {
    expect(committed(name)).toEqual(rendered.get(name));
  });

  it.each(names)('%s is within the limits of CloudFormation', (name) => {
    expect(statSync(join(folder, `${name}.template.json`)).size).toBeLessThan(limits.bytes);
    expect(Object.keys(committed(name).Resources).length).toBeLessThan(limits.resources);
  });

  it.each(names)('%s needs no bootstrap and says of every parameter what it is', (name) => {
    const { Parameters, Resources } = committed(name);
    expect(Parameters).not.toHaveProperty('BootstrapVersion');
    for (const [parameter, { Description }] of Object.entries(Parameters)) {
      expect(Description, parameter).toMatch(/^[A-Z]/);
    }
    const code = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    for (const { Properties } of code) {
      expect(text(Properties.Code?.S3Key)).toMatch(/^<FunctionCodePrefix>[a-z-]+\.zip$/);
    }
  });
});

describe('the pattern of client networks', () => {
  const pattern = new RegExp(committed('fargate-existing-vpc-tls').Parameters.ClientCidr?.AllowedPattern ?? '');
  it.each(['10.1.0.0/16', '192.0.2.7/32', '10.0.0.0/8'])('takes %s', (cidr) => {
    expect(pattern.test(cidr)).toBe(true);
  });
  it.each(['0.0.0.0/0', '10.0.0.0', '10.0.0.0/33', '::/0', ''])('refuses %j', (cidr) => {
    expect(pattern.test(cidr)).toBe(false);
  });
});

describe('the pattern of AE titles', () => {
  const pattern = new RegExp(committed('fargate-existing-vpc-tls').Parameters.AeTitles?.AllowedPattern ?? '');
  it.each(['STORESCP', 'A,B', 'CT 1,MR-2', 'SIXTEEN_LETTERS_'])('takes %s', (titles) => {
    expect(pattern.test(titles)).toBe(true);
  });
  it.each(['', 'SEVENTEEN_LETTERS', 'A\\B', 'A,,B', 'Ä'])('refuses %j', (titles) => {
    expect(pattern.test(titles)).toBe(false);
  });
});

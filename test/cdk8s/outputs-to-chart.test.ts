import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { NodeMap } from '../../cdk8s/values/manifest-path.ts';
import { parseConfig } from '../../core/config.ts';
import { synthesize } from '../cdk/support/variants.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { chart, template } from './helm.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'service/cli/main.ts');

const templateSchema = z.object({
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.looseObject({}).optional() })),
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).optional(),
});
type Template = z.infer<typeof templateSchema>;

const refSchema = z.object({ Ref: z.string() });
const attributeSchema = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const choiceSchema = z.object({ 'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]) });

/** What CloudFormation names things by, as it looks. */
const physicalNames: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'scp-scppipelinebucketslanding951101f0-0a1b2c3d4e5f',
  'AWS::HealthImaging::Datastore': '0123456789abcdef0123456789abcdef',
  'AWS::IAM::Role': 'arn:aws:iam::111122223333:role/scp-ScpWorkloadRole-0A1B2C3D',
};

/** The outputs of a stack as `cdk deploy --outputs-file` writes them once it is deployed. */
function outputsOf({ Outputs, Resources }: Template): Readonly<Record<string, string>> {
  const resolve = (value: unknown): string => {
    const chosen = choiceSchema.safeParse(value).data?.['Fn::If'][1];
    if (chosen !== undefined) return resolve(chosen);
    const id = refSchema.safeParse(value).data?.Ref ?? attributeSchema.safeParse(value).data?.['Fn::GetAtt'][0];
    const type = Resources[id ?? '']?.Type ?? '';
    return id === undefined ? String(value) : (physicalNames[type] ?? id);
  };
  return Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, resolve(Value)]));
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** From the outputs through the command to what helm makes of its values, as docs/deploy-kubernetes.md says. */
function install(stack: Template, ...args: readonly string[]): NodeMap[] {
  const outputs = join(folder.path, 'outputs.json');
  const values = join(folder.path, 'values.yaml');
  writeFileSync(outputs, JSON.stringify({ DicomStoreScp: outputsOf(stack) }));
  writeFileSync(values, execFileSync(process.execPath, [cli, 'helm-values', outputs, ...args]));
  return template(chart, '--values', values);
}

const one = <T>(objects: readonly NodeMap[], schema: z.ZodType<T>): T =>
  schema.parse(objects.find((object) => schema.safeParse(object).success));
const settings = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });
const account = z.object({
  kind: z.literal('ServiceAccount'),
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
});
const workload = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({ template: z.object({ spec: z.object({ serviceAccountName: z.string() }) }) }),
});

const expectStored = (objects: readonly NodeMap[]) =>
  expect(parseConfig(one(objects, settings).data)).toMatchObject({
    store: 's3',
    bucket: physicalNames['AWS::S3::Bucket'],
    datastoreId: physicalNames['AWS::HealthImaging::Datastore'],
  });

describe('the outputs of the stack for EKS, through cli helm-values, in the chart', () => {
  it('with Pod Identity: the role is bound to the service account that the pods have', () => {
    const file = join(root, 'cdk/templates/generated/eks-pod-identity.template.json');
    const stack = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const objects = install(stack);
    expectStored(objects);
    const { name, annotations } = one(objects, account).metadata;
    expect(annotations).toBeUndefined();
    expect(one(objects, workload).spec.template.spec.serviceAccountName).toBe(name);
    expect(stack.Parameters?.ServiceAccount?.Default).toBe(name);
    const associations = Object.values(stack.Resources).filter(
      ({ Type }) => Type === 'AWS::EKS::PodIdentityAssociation',
    );
    expect(associations).toMatchObject([{ Properties: { ServiceAccount: { Ref: 'ServiceAccount' } } }]);
  });

  it('with IRSA: the service account names the role, and the role trusts its tokens', () => {
    const synthesized = templateSchema.parse(synthesize('eks-irsa-govcloud').template.toJSON());
    const objects = install(synthesized, '--irsa', '--show-imports', '--region', 'us-gov-west-1');
    expect(parseConfig(one(objects, settings).data)).toMatchObject({
      ledgerBatchesTable: expect.stringContaining('Ledgerbatches'),
      ledgerInstancesTable: expect.stringContaining('Ledgerinstances'),
      ledgerStudiesTable: expect.stringContaining('Ledgerstudies'),
    });
    expectStored(objects);
    const { name, annotations } = one(objects, account).metadata;
    expect(annotations).toEqual({ 'eks.amazonaws.com/role-arn': physicalNames['AWS::IAM::Role'] });
    expect(JSON.stringify(synthesized.Resources)).toContain(`system:serviceaccount:dicom-store-scp:${name}`);
    expect(JSON.stringify(objects)).toContain('{"name":"AWS_REGION","value":"us-gov-west-1"}');
  }, 120_000);
});

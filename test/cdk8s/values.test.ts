import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { synthesize } from '../../cdk8s/synthesize.ts';
import { conflicts } from '../../cdk8s/values/conflicts.ts';
import { chosenSettings, placedSettings } from '../../cdk8s/values/settings-values.ts';
import { valueAt, valueTable } from '../../cdk8s/values/value-table.ts';
import type { ChosenValues } from '../../cdk8s/values/values-schema.ts';
import { parseConfig, settings } from '../../core/config.ts';
import { chart, helm, releaseIdentity, template, valuesFiles, valuesOf } from './helm.ts';

const bucket = ['--set', 'settings.bucket=landing'];
const refuse = (...args: readonly string[]) => {
  const { code, stderr } = helm('template', 'scp', chart, ...args);
  return code === 0 ? 'accepted' : stderr;
};

describe('values', () => {
  it('are refused where there are none such, and where they are of a wrong kind, all in one answer', () => {
    const wrong: Readonly<Record<string, readonly [value: unknown, where: string]>> = {
      replicasCount: [2, "additional properties 'replicasCount' not allowed"],
      'service.prt': [104, "'prt' not allowed"],
      'settings.aeTitle': ['X', "'aeTitle'"],
      // Helm names two of one object in any order.
      'settings.port': [104, "'port'"],
      replicaCount: ['two', "'/replicaCount'"],
      'service.port': [0, "'/service/port'"],
      'settings.batchMaxFiles': [6_000, "'/settings/batchMaxFiles'"],
      'service.type': ['Loadbalancer', "'/service/type'"],
      'nlb.enabled': ['yes', "'/nlb/enabled'"],
      'service.loadBalancerSourceRanges': [['everybody'], "'/service/loadBalancerSourceRanges/0'"],
      'image.digest': ['sha256:abc', "'/image/digest'"],
      'settings.aeTitles': [['MORETHANSIXTEENCHARS'], "'/settings/aeTitles/0'"],
    };
    const args = Object.entries(wrong).flatMap(([path, [value]]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
    const said = refuse(...bucket, ...args);
    for (const [path, [, where]] of Object.entries(wrong)) expect(said, path).toContain(where);
  });

  it('have a type and a default that fit, each', () => {
    const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));
    validate(defaults);
    expect(validate.errors).toBeNull();
    for (const { path } of valueTable()) expect(valueAt(defaults, path), path.join('.')).toBeDefined();
  });

  it('have every setting of the service, but those that follow from where it runs', () => {
    expect([...chosenSettings(), ...placedSettings].length).toBe(settings().length);
  });

  it('can be taken back by null', () => {
    const [map] = template(
      chart,
      ...bucket,
      '--set',
      'settings.maxAssociations=5,settings.maxAssociations=null',
    ).filter(({ kind }) => kind === 'ConfigMap');
    expect(map?.data).not.toHaveProperty('SCP_MAX_ASSOCIATIONS');
  });

  it.each(valuesFiles)('of %s make settings that the service takes', (_, file) => {
    const objects = synthesize(releaseIdentity, valuesOf(file), { ruleGroups: [], dashboards: {} });
    expect(() => parseConfig(objects.get('config')?.data as Record<string, string>)).not.toThrow();
  });
});

/** Values that cannot go together, in the order of the table of conflicts. */
const contradictions: readonly ChosenValues[] = [
  { settings: {} },
  { settings: { store: 'folder' } },
  { autoscaling: { enabled: true }, keda: { enabled: true, serverAddress: 'http://prometheus' } },
  { spool: { enabled: true }, autoscaling: { enabled: true } },
  { keda: { enabled: true } },
  { autoscaling: { enabled: true, targetCPUUtilizationPercentage: 0 } },
  { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
  { nlb: { enabled: true } },
  { nlb: { enabled: true }, service: { type: 'LoadBalancer', loadBalancerClass: 'metallb.io/metallb' } },
  { nlb: { enabled: true, clientAddress: 'proxy-protocol' }, service: { type: 'LoadBalancer' } },
  {
    nlb: { enabled: true, certificateArns: ['arn:aws:acm:eu-central-1:111122223333:certificate/0'] },
    service: { type: 'LoadBalancer' },
    tls: { enabled: true, secretName: 'tls', plain: false },
  },
  { nlb: { enabled: true, scheme: 'internet-facing' }, service: { type: 'LoadBalancer' } },
  { tls: { enabled: true } },
  { tls: { enabled: true, secretName: 'tls', clientCertificate: 'require' } },
  { certificate: { enabled: true, issuerRef: { name: 'ca' }, dnsNames: ['scp'] } },
  { certificate: { enabled: true }, tls: { enabled: true } },
  { settings: { bucket: 'landing', unknownPeers: 'refuse' } },
];

const holding = (values: ChosenValues): readonly string[] =>
  conflicts.filter(({ holds }) => holds(values)).map(({ problem }) => problem);

/** Puts contradictions together as long as each still holds, since each run of helm takes its time. */
function together(all: readonly ChosenValues[]): readonly ChosenValues[] {
  const groups: ChosenValues[] = [];
  for (const values of all) {
    const wanted = holding(values);
    const at = groups.findIndex((group) => {
      const merged = holding(merge(group, values));
      return [...holding(group), ...wanted].every((problem) => merged.includes(problem));
    });
    if (at < 0) groups.push(values);
    else groups[at] = merge<ChosenValues>(groups[at] ?? {}, values);
  }
  return groups;
}

function merge<T>(one: T, other: T): T {
  const merged: Record<string, unknown> = { ...(one as object) };
  for (const [key, value] of Object.entries(other as object)) {
    const isBranch = typeof value === 'object' && !Array.isArray(value) && typeof merged[key] === 'object';
    merged[key] = isBranch ? merge(merged[key], value) : value;
  }
  return merged as T;
}

describe('values that cannot go together', () => {
  const withBucket: readonly ChosenValues[] = contradictions.map((values) => ({
    settings: { bucket: 'landing' },
    ...values,
  }));

  it.each(conflicts.map(({ problem }, index) => [problem, withBucket[index]] as const))(
    'are refused by cdk8s: %s',
    (problem, values = {}) => {
      expect(holding(values)).toEqual([problem]);
      expect(() => synthesize(releaseIdentity, values, { ruleGroups: [], dashboards: {} })).toThrow(problem);
    },
  );

  it.each(together(withBucket).map((values) => [holding(values), values] as const))(
    'are refused by helm, all at once: %s',
    (problems, values) => {
      const args = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
      const said = refuse(...args);
      expect(conflicts.map(({ problem }) => problem).filter((problem) => said.includes(problem))).toEqual(problems);
    },
  );
});

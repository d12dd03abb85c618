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
  it.each([
    ['a value that there is not', ['--set', 'replicasCount=2'], 'replicasCount'],
    ['one inside of another', ['--set', 'service.prt=104'], 'prt'],
    ['a setting that the service has not', ['--set', 'settings.aeTitle=X'], 'aeTitle'],
    ['a setting that follows from others', ['--set', 'settings.port=104'], 'port'],
    ['text for a number', ['--set-string', 'replicaCount=two'], '/replicaCount'],
    ['a number below its least', ['--set', 'service.port=0'], '/service/port'],
    ['a setting above its most', ['--set', 'settings.batchMaxFiles=6000'], '/settings/batchMaxFiles'],
    ['a word that is none of those there are', ['--set', 'service.type=Loadbalancer'], '/service/type'],
    ['text for a switch', ['--set-string', 'nlb.enabled=yes'], '/nlb/enabled'],
    [
      'what is no network',
      ['--set', 'service.loadBalancerSourceRanges={everybody}'],
      '/service/loadBalancerSourceRanges/0',
    ],
    ['a digest that is none', ['--set', 'image.digest=sha256:abc'], '/image/digest'],
    ['an AE title that is too long', ['--set', 'settings.aeTitles={MORETHANSIXTEENCHARS}'], '/settings/aeTitles/0'],
  ])('are refused when they have %s', (_, args, where) => {
    expect(refuse(...bucket, ...args)).toContain(where);
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

describe('values that cannot go together', () => {
  it.each(conflicts.map(({ problem }, index) => [problem, contradictions[index]] as const))(
    'are refused by cdk8s and by helm: %s',
    (problem, contradiction) => {
      const values = { settings: { bucket: 'landing' }, ...contradiction };
      expect(contradiction).toBeDefined();
      expect(() => synthesize(releaseIdentity, values, { ruleGroups: [], dashboards: {} })).toThrow(problem);
      const args = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
      expect(refuse(...args)).toContain(problem);
    },
  );

  it('are all named at once', () => {
    const said = refuse('--set', 'nlb.enabled=true,tls.enabled=true');
    for (const problem of ['settings.bucket', 'nlb.enabled', 'tls.secretName']) expect(said).toContain(problem);
  });
});

import { describe, expect, it } from 'vitest';
import type { NodeMap } from '../../cdk8s/values/manifest-path.ts';
import { chart, idOf, template, valuesFiles } from './helm.ts';
import { podSpecOf, unrestricted } from './restricted.ts';
import { isCustom, strictSchema } from './strict-schema.ts';

const newest = strictSchema('kubernetes-1.36');
const oldest = strictSchema('kubernetes-1.28');
const custom = strictSchema('custom-resources');
const rendered = new Map(valuesFiles.map(([name, file]) => [name, template(chart, '--values', file)]));
const everyOption = template(
  chart,
  ...['--set', 'settings.bucket=landing,serviceMonitor.enabled=true,autoscaling.enabled=true'],
  ...['--set', 'autoscaling.associationsPerPod=5,autoscaling.bytesPerSecondPerPod=5,networkPolicy.enabled=true'],
);

const problems = (objects: readonly NodeMap[], check: (object: NodeMap) => readonly string[]) =>
  objects.flatMap((object) => check(object).map((problem) => `${idOf(object)}: ${problem}`));

describe.each([...rendered, ['every option', everyOption] as const])('the objects for %s', (_, objects) => {
  const own = objects.filter((object) => !isCustom(object));

  it('are what the oldest Kubernetes takes', () => expect(problems(own, oldest)).toEqual([]));

  it('are what the newest Kubernetes takes', () => expect(problems(own, newest)).toEqual([]));

  it('are what the operators of custom resources take', () =>
    expect(problems(objects.filter(isCustom), custom)).toEqual([]));

  it('make pods that pass the Pod Security Standard restricted, on a root that cannot be written to', () => {
    const pods = objects.flatMap((object) => podSpecOf(object) ?? []);
    expect(pods.length).toBeGreaterThan(0);
    expect(pods.flatMap(unrestricted)).toEqual([]);
    const containers = pods.flatMap(({ containers: all }) => all);
    expect(containers.every(({ securityContext }) => securityContext?.readOnlyRootFilesystem)).toBe(true);
  });
});

describe('the judges', () => {
  const [workload] = (rendered.get('minimal') ?? []).filter(({ kind }) => kind === 'Deployment');
  const changed = (from: string, to: string): NodeMap => JSON.parse(JSON.stringify(workload).replace(from, to));

  it.each([
    ['a misspelt field', '"replicas"', '"replica"'],
    ['a field of a wrong type', '"replicas":2', '"replicas":"2"'],
    ['a misspelt field far inside', '"failureThreshold"', '"failuresThreshold"'],
  ])('see %s', (_, from, to) => {
    expect(oldest(changed(from, to))).not.toEqual([]);
    expect(newest(changed(from, to))).not.toEqual([]);
  });

  it('see a version of the API that is gone', () => {
    expect(newest(changed('apps/v1', 'apps/v1beta1'))).not.toEqual([]);
  });

  it('see a custom resource that is wrong', () => {
    const [scaled] = (rendered.get('ha-three-zones') ?? []).filter(({ kind }) => kind === 'ScaledObject');
    expect(custom(scaled ?? {})).toEqual([]);
    expect(custom({ ...scaled, spec: { ...(scaled?.spec as NodeMap), pollInterval: 3 } })).not.toEqual([]);
  });

  it.each([
    ['"drop":["ALL"]', '"drop":[]'],
    ['"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true'],
    ['"runAsNonRoot":true', '"runAsNonRoot":false'],
    ['"type":"RuntimeDefault"', '"type":"Unconfined"'],
  ])('see a pod without %s', (from, to) => {
    const spec = podSpecOf(changed(from, to));
    expect(spec === undefined ? [] : unrestricted(spec)).not.toEqual([]);
  });
});

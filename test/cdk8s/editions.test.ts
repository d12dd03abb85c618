import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesize } from '../../cdk8s/synthesize.ts';
import { deployment } from '../../core/deployment.ts';
import { releaseIdentity } from './helm.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly [
    {
      readonly name: string;
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly resources: { readonly requests: Readonly<Record<string, string>> };
      readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
      readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
    } & Readonly<Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', Probe>>,
  ];
}

interface ContainerDefinition {
  readonly Name: string;
  readonly User: string;
  readonly StopTimeout: number;
  readonly Memory: number;
  readonly ReadonlyRootFilesystem: boolean;
  readonly PortMappings: readonly { readonly Name: string; readonly ContainerPort: number }[];
  readonly Environment: readonly { readonly Name: string }[];
}

const values = { settings: { bucket: 'landing', datastoreId: '0'.repeat(32) } };
const objects = synthesize(releaseIdentity, values, { ruleGroups: [], dashboards: {} });
const { spec: pod } = (objects.get('deployment') as unknown as { spec: { template: { spec: Pod } } }).spec.template;
const [container] = pod.containers;

const templateFile = join(import.meta.dirname, '../../cdk/templates/generated/fargate-existing-vpc-tls.template.json');
const {
  Resources,
}: { readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>> } =
  JSON.parse(readFileSync(templateFile, 'utf8'));
const task = Object.values(Resources)
  .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
  .flatMap(({ Properties }) => (Properties as { ContainerDefinitions: ContainerDefinition[] }).ContainerDefinitions)
  .find(({ Name }) => Name === deployment.name);

describe('the Kubernetes edition', () => {
  it('is as core/deployment.ts says', () => {
    const { probes, ports, resources, drain } = deployment;
    for (const kind of ['startup', 'liveness', 'readiness'] as const) {
      const { path, ...timing } = probes[kind];
      expect(container[`${kind}Probe`]).toEqual({ httpGet: { path, port: ports.admin.name }, ...timing });
    }
    expect(container.resources.requests).toEqual({
      cpu: `${resources.cpuMillis}m`,
      memory: `${resources.memoryMiB}Mi`,
    });
    expect(container.lifecycle.preStop.exec.command.join(' ')).toContain(`${drain.preStopSeconds * 1_000}`);
    expect(pod.terminationGracePeriodSeconds).toBe(drain.preStopSeconds + drain.stopTimeoutSeconds);
  });

  it('goes on until a load balancer sends nothing new', () => {
    const { balancer, drain } = deployment;
    const behind = { ...values, nlb: { enabled: true }, service: { type: 'LoadBalancer' as const } };
    const made = synthesize(releaseIdentity, behind, { ruleGroups: [], dashboards: {} }).get('deployment');
    expect(JSON.stringify(made)).toContain(`setTimeout(() => {}, ${balancer.deregistrationSeconds * 1_000})`);
    const grace = `"terminationGracePeriodSeconds":${balancer.deregistrationSeconds + drain.stopTimeoutSeconds}`;
    expect(JSON.stringify(made)).toContain(grace);
  });
});

describe('the Fargate and the Kubernetes edition', () => {
  it('have the same container', () => {
    const ports = container.ports.map(({ name, containerPort }) => ({ Name: name, ContainerPort: containerPort }));
    expect(task?.PortMappings.map(({ Name, ContainerPort }) => ({ Name, ContainerPort }))).toEqual(ports);
    expect(task?.User).toBe(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`);
    expect(`${task?.Memory}Mi`).toBe(container.resources.requests.memory);
    expect(task?.ReadonlyRootFilesystem).toBe(container.securityContext.readOnlyRootFilesystem);
    expect(task?.StopTimeout).toBe(pod.terminationGracePeriodSeconds - deployment.drain.preStopSeconds);
  });

  it('have the same environment, by name', () => {
    const inKubernetes = Object.keys(objects.get('config')?.data ?? {});
    const inFargate = task?.Environment.map(({ Name }) => Name) ?? [];
    expect(inFargate).toEqual(expect.arrayContaining(inKubernetes));
  });
});

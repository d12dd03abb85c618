import { z } from 'zod';
import { parseConfig, toEnvironment } from '../../core/config.ts';
import type { Config } from '../../core/config-schema.ts';
import { chart, template } from '../cdk8s/helm.ts';

/** A probe of the kubelet's. */
export interface ProbeTerms {
  readonly path: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
}

/** What the kubelet is told of a pod. */
export interface PodTerms {
  /** The command of the preStop hook. */
  readonly preStop: readonly string[];
  readonly gracePeriodMs: number;
  readonly startup: ProbeTerms;
  readonly liveness: ProbeTerms;
  readonly readiness: ProbeTerms;
  /** The settings of the release's ConfigMap, with all that they leave to defaults. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a load balancer with pods as targets is told. */
export interface BalancerTerms {
  readonly path: string;
  readonly intervalMs: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number;
  /** How long connections of a target that was deregistered are left alone; then cut, if they are cut at all. */
  readonly deregistrationDelayMs: number;
  readonly cutsDeregistered: boolean;
  readonly cutsUnhealthy: boolean;
}

export interface Terms {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** Of the PodDisruptionBudget. */
  readonly disruptable: number;
  readonly pod: PodTerms;
  readonly balancer: BalancerTerms;
}

const probeSchema = z.object({
  httpGet: z.object({ path: z.string() }),
  periodSeconds: z.number(),
  timeoutSeconds: z.number(),
  failureThreshold: z.number(),
});

const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.int(),
    strategy: z.object({ rollingUpdate: z.object({ maxSurge: z.int(), maxUnavailable: z.int() }) }),
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([
          z.object({
            lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }),
            startupProbe: probeSchema,
            livenessProbe: probeSchema,
            readinessProbe: probeSchema,
          }),
        ]),
      }),
    }),
  }),
});
const settingsSchema = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) });
const budgetSchema = z.object({
  kind: z.literal('PodDisruptionBudget'),
  spec: z.object({ maxUnavailable: z.int() }),
});
const serviceSchema = z.object({
  kind: z.literal('Service'),
  metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
});

/** In the command of the hook. */
const milliseconds = /\d{2,}/;

/** Settings that are times. Those of the store are scaled with the lease, which must outlive a store. */
const scaledSettings = [
  'drainTimeoutMs',
  'batchQuietMs',
  'batchMaxAgeMs',
  'batchHardAgeMs',
  'leaseTtlMs',
  'storeDeadlineMs',
] as const;

/**
 * The numbers of the chart as the real helm renders it, with a network load balancer before it.
 * @param scale every time is divided by it, but those for what a process has to do: to start, to answer, to seal
 * @param values more values of the chart, as `path=value`
 */
export function readTerms(scale: number, values: readonly string[] = []): Terms {
  const balanced = ['nlb.enabled=true', 'service.type=LoadBalancer', 'settings.bucket=landing'];
  const objects = template(chart, ...[...balanced, ...values].flatMap((value) => ['--set', value]));
  const one = <T>(schema: z.ZodType<T>): T => {
    const [found] = objects.flatMap((object) => schema.safeParse(object).data ?? []);
    if (found === undefined) throw new Error(`the chart has no object of this shape: ${z.toJSONSchema(schema)}`);
    return found;
  };
  const ms = (seconds: number): number => (seconds * 1_000) / scale;
  const { replicas, strategy, template: pod } = one(deploymentSchema).spec;
  const [container] = pod.spec.containers;
  const probe = (read: z.infer<typeof probeSchema>): ProbeTerms => ({
    path: read.httpGet.path,
    periodMs: ms(read.periodSeconds),
    timeoutMs: read.timeoutSeconds * 1_000,
    failureThreshold: read.failureThreshold,
  });
  const config = parseConfig(one(settingsSchema).data);
  const graceMs = pod.spec.terminationGracePeriodSeconds * 1_000;
  const hookMs = Number(milliseconds.exec(container.lifecycle.preStop.exec.command.join(' '))?.[0]);
  // What is left of the grace period is for seals.
  const toldMs = hookMs + config.drainTimeoutMs;
  return {
    replicas,
    ...strategy.rollingUpdate,
    disruptable: one(budgetSchema).spec.maxUnavailable,
    pod: {
      preStop: container.lifecycle.preStop.exec.command.map((word) =>
        word.replace(milliseconds, (text) => String(Math.round(Number(text) / scale))),
      ),
      gracePeriodMs: graceMs - toldMs + toldMs / scale,
      startup: { ...probe(container.startupProbe), failureThreshold: container.startupProbe.failureThreshold * scale },
      liveness: { ...probe(container.livenessProbe), periodMs: container.livenessProbe.periodSeconds * 1_000 },
      readiness: probe(container.readinessProbe),
      environment: toEnvironment(scaled(config, scale)),
    },
    balancer: balancerTerms(one(serviceSchema).metadata.annotations, ms),
  };
}

function scaled(config: Config, scale: number): Config {
  const shorter = scaledSettings.map((name) => [name, Math.max(1, Math.round(config[name] / scale))] as const);
  return { ...config, ...Object.fromEntries(shorter) };
}

/** As the AWS Load Balancer Controller reads them. */
function balancerTerms(annotations: Readonly<Record<string, string>>, ms: (seconds: number) => number): BalancerTerms {
  const said = (name: string): string => {
    const value = annotations[`service.beta.kubernetes.io/aws-load-balancer-${name}`];
    if (value === undefined) throw new Error(`the Service has no annotation for ${name}`);
    return value;
  };
  const attributes = new Map(
    said('target-group-attributes')
      .split(',')
      .map((pair) => pair.split('=', 2))
      .map(([name = '', value = '']) => [name, value]),
  );
  return {
    path: said('healthcheck-path'),
    intervalMs: ms(Number(said('healthcheck-interval'))),
    healthyAfter: Number(said('healthcheck-healthy-threshold')),
    unhealthyAfter: Number(said('healthcheck-unhealthy-threshold')),
    deregistrationDelayMs: ms(Number(attributes.get('deregistration_delay.timeout_seconds'))),
    cutsDeregistered: attributes.get('deregistration_delay.connection_termination.enabled') === 'true',
    cutsUnhealthy: attributes.get('target_health_state.unhealthy.connection_termination.enabled') !== 'false',
  };
}

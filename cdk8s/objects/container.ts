import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import type { ChosenValues } from '../values/values-schema.ts';
import type { Context } from './context.ts';
import { suffixes } from './identity.ts';
import { preStopSeconds } from './pre-stop.ts';
import { asksForCertificate } from './tls-choices.ts';

const { name, ports, probes, resources, paths } = deployment;

/** What the Pod Security Standard `restricted` asks of a container, and a file system that cannot be written to. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
} satisfies k8s.SecurityContext;

export function image({ identity, values }: Context): string {
  const { repository = name, tag, digest } = values.image ?? {};
  return digest ? `${repository}@${digest}` : `${repository}:${tag || identity.version}`;
}

/**
 * Keeps the pod as it is until load balancers have seen that it goes. By the process's own runtime: the image has no
 * shell, and the action `sleep` is younger than the oldest Kubernetes supported.
 */
const sleepCommand = (seconds: number): string[] => ['node', '-e', `setTimeout(() => {}, ${seconds * 1_000})`];

const probe = ({ path, ...timing }: (typeof probes)[keyof typeof probes]): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString(ports.admin.name) },
  ...timing,
});

const quantity = (value: string): k8s.Quantity => k8s.Quantity.fromString(value);

/** The container of the service. */
export function container(context: Context): k8s.Container {
  const { values, identity } = context;
  const { aws, tls } = values;
  const memory = quantity(`${resources.memoryMiB}Mi`);
  const env = [
    ...(aws?.region ? [{ name: 'AWS_REGION', value: aws.region }] : []),
    ...(aws?.endpointUrl ? [{ name: 'AWS_ENDPOINT_URL', value: aws.endpointUrl }] : []),
  ];
  const mounts = volumeMounts(values);
  return {
    name,
    image: image(context),
    imagePullPolicy: 'IfNotPresent',
    ports: [
      { name: ports.dicom.name, containerPort: ports.dicom.port },
      ...(tls?.enabled ? [{ name: ports.tls.name, containerPort: ports.tls.port }] : []),
      { name: ports.admin.name, containerPort: ports.admin.port },
    ],
    envFrom: [
      { configMapRef: { name: `${identity.fullname}${suffixes.config}` } },
      ...(aws?.credentialsSecret ? [{ secretRef: { name: aws.credentialsSecret } }] : []),
    ],
    ...(env.length > 0 ? { env } : {}),
    // No limit of CPU: a burst of images may use what the node has.
    resources: { requests: { cpu: quantity(`${resources.cpuMillis}m`), memory }, limits: { memory } },
    startupProbe: probe(probes.startup),
    livenessProbe: probe(probes.liveness),
    readinessProbe: probe(probes.readiness),
    lifecycle: { preStop: { exec: { command: sleepCommand(preStopSeconds(values)) } } },
    securityContext: restrictedContainer,
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

const volumeMounts = ({ tls, peers, routes, spool }: ChosenValues): k8s.VolumeMount[] => [
  ...(spool?.enabled ? [{ name: 'spool', mountPath: paths.spool }] : []),
  ...(tls?.enabled ? [{ name: 'tls', mountPath: paths.tls, readOnly: true }] : []),
  ...(asksForCertificate(tls) ? [{ name: 'client-ca', mountPath: paths.clientCa, readOnly: true }] : []),
  ...(hasItems(peers) ? [{ name: 'peers', mountPath: paths.peers, readOnly: true }] : []),
  ...(hasItems(routes) ? [{ name: 'routes', mountPath: paths.routes, readOnly: true }] : []),
];

export const hasItems = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) > 0;

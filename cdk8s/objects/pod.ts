import { createHash } from 'node:crypto';
import type { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import { defaultSpread } from '../values/pod-values.ts';
import type { ChosenValues } from '../values/values-schema.ts';
import { canonicalJson } from './canonical-json.ts';
import { container, hasItems } from './container.ts';
import type { Context } from './context.ts';
import { serviceEnvironment } from './environment.ts';
import { commonLabels, selectorLabels, suffixes } from './identity.ts';
import { preStopSeconds } from './pre-stop.ts';
import { asksForCertificate } from './tls-choices.ts';

const { drain, user } = deployment;

/** What the Pod Security Standard `restricted` asks of a pod; the group can read keys from Secrets. */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: user.uid,
  runAsGroup: user.gid,
  fsGroup: user.gid,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
} satisfies k8s.PodSecurityContext;

/** From the end of the associations to the end of the process: open batches are sealed. */
const sealSeconds = drain.stopTimeoutSeconds - drain.drainTimeoutMs / 1_000;

export function serviceAccountName({ identity, values: { serviceAccount } }: Context): string {
  return serviceAccount?.name || (serviceAccount?.create === false ? 'default' : identity.fullname);
}

/** The pods of the service. */
export function pod(context: Context): k8s.PodTemplateSpec {
  const { identity, values } = context;
  const { timeoutSeconds = drain.drainTimeoutMs / 1_000 } = values.drain ?? {};
  const podVolumes = volumes(context);
  return {
    metadata: {
      labels: commonLabels(identity, { ...values.commonLabels, ...values.podLabels }),
      // Pods are replaced when their settings change; a list of peers they read anew.
      annotations: {
        'checksum/settings': hash(serviceEnvironment(values)),
        ...(hasItems(values.routes) ? { 'checksum/routes': hash(values.routes) } : {}),
      },
    },
    spec: {
      serviceAccountName: serviceAccountName(context),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod,
      terminationGracePeriodSeconds: preStopSeconds(values) + timeoutSeconds + sealSeconds,
      topologySpreadConstraints: spread(context),
      containers: [container(context)],
      ...(podVolumes.length > 0 ? { volumes: podVolumes } : {}),
    },
  };
}

export const hash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

const spread = ({ identity, values }: Context): k8s.TopologySpreadConstraint[] => {
  const chosen = values.topologySpreadConstraints as readonly k8s.TopologySpreadConstraint[] | undefined;
  return (chosen ?? defaultSpread).map((constraint) => ({
    labelSelector: { matchLabels: selectorLabels(identity) },
    ...constraint,
  }));
};

/** The Secret with the certificate of `tls`. */
export const tlsSecretName = ({ identity, values: { tls } }: Context): string =>
  tls?.secretName || `${identity.fullname}${suffixes.tlsSecret}`;

function volumes(context: Context): k8s.Volume[] {
  const { tls, peers, routes }: ChosenValues = context.values;
  const ofConfigMap = (name: 'peers' | 'routes') => ({
    name,
    configMap: { name: `${context.identity.fullname}${suffixes[name]}` },
  });
  // Readable by the group that `fsGroup` makes the owner.
  const defaultMode = 0o440;
  return [
    ...(tls?.enabled ? [{ name: 'tls', secret: { secretName: tlsSecretName(context), defaultMode } }] : []),
    ...(asksForCertificate(tls)
      ? [{ name: 'client-ca', secret: { secretName: tls?.clientCaSecretName ?? '', defaultMode } }]
      : []),
    ...(hasItems(peers) ? [ofConfigMap('peers')] : []),
    ...(hasItems(routes) ? [ofConfigMap('routes')] : []),
  ];
}

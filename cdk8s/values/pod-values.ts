import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
import { scpContainer } from './image-values.ts';
import { block, items, optionalBlock, optionalScalar, scalar } from './lifted.ts';
import { chosen, count, kubernetesList, kubernetesObject, lifted, text, textMap } from './value.ts';

const { drain } = deployment;

/** Over zones and over nodes, as far as there are. An update spreads the new pods, whatever the old ones are. */
export const defaultSpread = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  matchLabelKeys: ['pod-template-hash'],
}));

export const podValues = {
  replicaCount: lifted(
    count(),
    'Pods, unless something scales them.',
    scalar(['deployment', 'statefulSet'], 'spec.replicas'),
  ),
  revisionHistoryLimit: lifted(
    count(),
    'Earlier versions that can be gone back to.',
    scalar(['deployment', 'statefulSet'], 'spec.revisionHistoryLimit'),
  ),
  strategy: lifted(
    kubernetesObject(),
    'How a Deployment is updated: a new pod is ready before an old one goes.',
    block('deployment', 'spec.strategy'),
  ),
  drain: z.strictObject({
    preStopSeconds: chosen(
      z.int().min(0).max(300),
      drain.preStopSeconds,
      'How long a pod that is to stop goes on as if nothing were, until load balancers know. With `nlb.enabled` at least `nlb.deregistrationSeconds`.',
    ),
    timeoutSeconds: chosen(
      z.int().min(0).max(3_600),
      drain.drainTimeoutMs / 1_000,
      'How long its associations may then go on before they are aborted. The grace period of the pod follows.',
    ),
  }),
  resources: lifted(
    kubernetesObject(),
    'Requests and limits. Memory bounds `settings.maxBytesInFlight`.',
    block('pod', `${scpContainer}.resources`),
  ),
  startupProbe: lifted(kubernetesObject(), 'How long a start may take.', block('pod', `${scpContainer}.startupProbe`)),
  livenessProbe: lifted(
    kubernetesObject(),
    'When the process is started anew. Does not ask S3, which a restart would not bring back.',
    block('pod', `${scpContainer}.livenessProbe`),
  ),
  readinessProbe: lifted(
    kubernetesObject(),
    'When new associations are sent elsewhere: the pod drains, or its store does not answer.',
    block('pod', `${scpContainer}.readinessProbe`),
  ),
  podSecurityContext: lifted(
    kubernetesObject(),
    'Of the pod. The default passes the Pod Security Standard `restricted`.',
    block('pod', 'spec.securityContext'),
  ),
  securityContext: lifted(
    kubernetesObject(),
    'Of the container. The default passes the Pod Security Standard `restricted`.',
    block('pod', `${scpContainer}.securityContext`),
  ),
  podAnnotations: lifted(textMap(), 'Annotations of the pods.', items('pod', 'metadata.annotations')),
  podLabels: chosen(textMap(), {}, 'Labels of the pods.'),
  priorityClassName: lifted(text(), 'Existing PriorityClass.', optionalScalar('pod', 'spec.priorityClassName')),
  nodeSelector: lifted(textMap(), 'Labels that nodes must have.', optionalBlock('pod', 'spec.nodeSelector')),
  tolerations: lifted(kubernetesList(), 'Taints that are tolerated.', optionalBlock('pod', 'spec.tolerations')),
  affinity: lifted(kubernetesObject(), 'Affinities.', optionalBlock('pod', 'spec.affinity')),
  topologySpreadConstraints: chosen(
    kubernetesList(),
    [...defaultSpread],
    "How pods are spread. A constraint without `labelSelector` is given that of this release's pods.",
  ),
  extraEnv: lifted(
    kubernetesList(),
    'More environment of the container. Settings of the service belong in `settings`.',
    items('pod', `${scpContainer}.env`),
  ),
  extraEnvFrom: lifted(
    kubernetesList(),
    'The same, from Secrets and ConfigMaps.',
    items('pod', `${scpContainer}.envFrom`),
  ),
  extraVolumes: lifted(kubernetesList(), 'More volumes of the pods.', items('pod', 'spec.volumes')),
  extraVolumeMounts: lifted(
    kubernetesList(),
    'More mounts of the container.',
    items('pod', `${scpContainer}.volumeMounts`),
  ),
  extraContainers: lifted(
    kubernetesList(),
    'More containers in the pods, such as a helper for credentials.',
    items('pod', 'spec.containers'),
  ),
  initContainers: lifted(kubernetesList(), 'Containers that run before.', optionalBlock('pod', 'spec.initContainers')),
  extraManifests: chosen(
    kubernetesList(),
    [],
    'More objects, installed with the release. Templates in them are expanded.',
  ),
  selfTest: z.strictObject({
    enabled: chosen(z.boolean(), true, 'Has `helm test` send a C-ECHO from a pod of the same image.'),
    store: chosen(
      z.boolean(),
      false,
      'Sends a tiny synthetic instance, too. It is stored and imported like any other, so it stays in the data store.',
    ),
    callingAeTitle: chosen(z.string().min(1).max(16), 'SELFTEST', 'AE title that it calls with.'),
  }),
};

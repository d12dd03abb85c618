import { deployment } from '../../core/deployment.ts';
import { scpContainer } from '../values/image-values.ts';
import type { ObjectName } from '../values/lifted.ts';
import { type Hole, liftedRules, rule, type TemplateRule } from './template-rule.ts';

const { ports, drain } = deployment;
const named = (template: string) => `dicom-store-scp.${template}`;
const text = (expression: string) => ({ hole: { as: 'text', expression } satisfies Hole });
const include = (template: string) => ({ hole: { as: 'include', expression: named(template) } satisfies Hole });
const includeUnlessEmpty = (template: string) => ({
  hole: { as: 'include-unless-empty', expression: named(template) } satisfies Hole,
});
const when = (condition: string) => ({ when: condition });

export const plain = '(or (not .Values.tls.enabled) .Values.tls.plain)';
const asksForCertificate = 'and .Values.tls.enabled (ne .Values.tls.clientCertificate "none")';
const notScaled = 'not (or .Values.autoscaling.enabled .Values.keda.enabled)';
const sealSeconds = drain.stopTimeoutSeconds - drain.drainTimeoutMs / 1_000;

/** When an object is there at all. */
export const objectConditions: Partial<Readonly<Record<ObjectName, string>>> = {
  serviceAccount: '.Values.serviceAccount.create',
  peers: '.Values.peers',
  routes: '.Values.routes',
  deployment: 'not .Values.spool.enabled',
  statefulSet: '.Values.spool.enabled',
  disruptionBudget: '.Values.podDisruptionBudget.enabled',
  horizontalPodAutoscaler: '.Values.autoscaling.enabled',
  scaledObject: '.Values.keda.enabled',
  networkPolicy: '.Values.networkPolicy.enabled',
  serviceMonitor: '.Values.serviceMonitor.enabled',
  podMonitor: '.Values.podMonitor.enabled',
  prometheusRule: 'and .Values.prometheusRule.enabled (.Files.Get "files/prometheus-rules.yaml")',
  certificate: '.Values.certificate.enabled',
  selfTest: `and .Values.selfTest.enabled (or ${plain} (ne .Values.tls.clientCertificate "require"))`,
};

const workloads = (['deployment', 'statefulSet'] as const).flatMap((object) => [
  rule(object, 'spec.replicas', when(notScaled)),
  rule(object, 'spec.template', include('pod')),
]);

const pods: readonly TemplateRule[] = [
  rule(
    'pod',
    'metadata.annotations',
    text('{{ include "dicom-store-scp.environment" . | fromYaml | toJson | sha256sum }}'),
    'checksum/settings',
  ),
  rule(
    'pod',
    'metadata.annotations',
    { ...text('{{ .Values.routes | toJson | sha256sum }}'), ...when('.Values.routes') },
    'checksum/routes',
  ),
  rule('pod', 'spec.serviceAccountName', text('{{ include "dicom-store-scp.serviceAccountName" . | quote }}')),
  rule(
    'pod',
    'spec.terminationGracePeriodSeconds',
    text(`{{ add (include "dicom-store-scp.preStopSeconds" .) .Values.drain.timeoutSeconds ${sealSeconds} }}`),
  ),
  rule('pod', 'spec.topologySpreadConstraints', includeUnlessEmpty('topologySpread')),
  rule('pod', `${scpContainer}.image`, text('{{ include "dicom-store-scp.image" . | quote }}')),
  rule('pod', `${scpContainer}.ports[${ports.tls.name}]`, when('.Values.tls.enabled')),
  rule('pod', `${scpContainer}.envFrom[1]`, when('.Values.aws.credentialsSecret')),
  rule('pod', `${scpContainer}.env[AWS_REGION]`, when('.Values.aws.region')),
  rule('pod', `${scpContainer}.env[AWS_ENDPOINT_URL]`, when('.Values.aws.endpointUrl')),
  rule(
    'pod',
    `${scpContainer}.lifecycle.preStop.exec.command`,
    text('["node", "-e", "setTimeout(() => {}, {{ mul 1000 (include "dicom-store-scp.preStopSeconds" . | int64) }})"]'),
  ),
  rule('pod', `${scpContainer}.volumeMounts[spool]`, when('.Values.spool.enabled')),
  ...[`${scpContainer}.volumeMounts`, 'spec.volumes'].flatMap((list) => [
    rule('pod', `${list}[tls]`, when('.Values.tls.enabled')),
    rule('pod', `${list}[client-ca]`, when(asksForCertificate)),
    rule('pod', `${list}[peers]`, when('.Values.peers')),
    rule('pod', `${list}[routes]`, when('.Values.routes')),
  ]),
  rule('pod', 'metadata.labels', { hole: { as: 'items', expression: '.Values.podLabels' } }),
];

const network: readonly TemplateRule[] = [
  rule('service', 'metadata.annotations', includeUnlessEmpty('serviceAnnotations')),
  rule('service', 'spec.loadBalancerClass', {
    hole: { as: 'scalar-unless-empty', expression: 'include "dicom-store-scp.loadBalancerClass" .', isText: true },
  }),
  rule('service', 'spec.allocateLoadBalancerNodePorts', when('.Values.nlb.enabled')),
  rule('service', 'spec.ports', { isKept: true }),
  rule('service', `spec.ports[${ports.dicom.name}]`, when(plain)),
  rule('service', `spec.ports[${ports.tls.name}]`, when('.Values.tls.enabled')),
  rule('networkPolicy', 'spec.ingress[0].from', include('dicomFrom')),
  rule('networkPolicy', 'spec.ingress[2]', when('and .Values.nlb.enabled .Values.nlb.subnetCidrs')),
  rule('networkPolicy', 'spec.ingress[2].from', include('balancerBlocks')),
  rule('networkPolicy', 'spec.egress[1].to', include('awsBlocks')),
  rule('certificate', 'spec.secretName', text('{{ include "dicom-store-scp.tlsSecretName" . | quote }}')),
  rule('certificate', 'spec.dnsNames', { hole: { as: 'block', expression: '.Values.certificate.dnsNames' } }),
];

const number = (value: string) => text(`{{ ${value} | int64 | quote }}`);
const scaling: readonly TemplateRule[] = [
  rule('horizontalPodAutoscaler', 'spec.metrics[0]', when('.Values.autoscaling.targetCPUUtilizationPercentage')),
  rule('horizontalPodAutoscaler', 'spec.metrics[1]', when('.Values.autoscaling.associationsPerPod')),
  rule('horizontalPodAutoscaler', 'spec.metrics[2]', when('.Values.autoscaling.bytesPerSecondPerPod')),
  rule(
    'horizontalPodAutoscaler',
    'spec.metrics[1].pods.target.averageValue',
    number('.Values.autoscaling.associationsPerPod'),
  ),
  rule(
    'horizontalPodAutoscaler',
    'spec.metrics[2].pods.target.averageValue',
    number('.Values.autoscaling.bytesPerSecondPerPod'),
  ),
  rule('scaledObject', 'spec.triggers[0].metadata.threshold', number('.Values.keda.associationsPerPod')),
  rule('scaledObject', 'spec.triggers[1].metadata.threshold', number('.Values.keda.bytesPerSecondPerPod')),
  rule('prometheusRule', 'spec.groups', {
    hole: { as: 'block', expression: '(.Files.Get "files/prometheus-rules.yaml" | fromYaml).groups' },
  }),
];

const others: readonly TemplateRule[] = [
  rule('config', 'data', include('environment')),
  rule('peers', 'data', text('{{ dict "peers" .Values.peers | toJson | quote }}'), 'peers.json'),
  rule('routes', 'data', text('{{ dict "routes" .Values.routes | toJson | quote }}'), 'routes.json'),
  rule('serviceAccount', 'metadata.name', text('{{ include "dicom-store-scp.serviceAccountName" . | quote }}')),
  // Its labels are its own, so that no selector of the service finds it.
  rule('selfTest', 'metadata.labels', { hole: { as: 'items', expression: '.Values.commonLabels' } }),
  rule('selfTest', 'spec.containers[selftest].image', text('{{ include "dicom-store-scp.image" . | quote }}')),
  rule(
    'selfTest',
    'spec.containers[selftest].args[1]',
    text(`{{ ternary .Values.service.port .Values.service.tlsPort ${plain} | int64 | quote }}`),
  ),
  rule(
    'selfTest',
    'spec.containers[selftest].args[3]',
    text('{{ first (.Values.settings.aeTitles | default (list "STORESCP")) | quote }}'),
  ),
  rule('selfTest', 'spec.containers[selftest].args[6]', when(`not ${plain}`)),
  rule('selfTest', 'spec.containers[selftest].args[7]', when('.Values.selfTest.store')),
];

/** Every rule; two for one field are one. */
export function templateRules(): readonly TemplateRule[] {
  const merged = new Map<string, TemplateRule>();
  for (const found of [...liftedRules(), ...workloads, ...pods, ...network, ...scaling, ...others]) {
    const id = `${found.object} ${found.parent} ${found.key}`;
    merged.set(id, { ...merged.get(id), ...found });
  }
  return [...merged.values()];
}

import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import type { ChosenValues } from '../values/values-schema.ts';
import { type Context, metadata } from './context.ts';

const { scaling } = deployment;
const RATE_WINDOW = '2m';
/** Pods go slowly: each that goes must first see its associations end. */
const scaleDown = { stabilizationWindowSeconds: 900, policies: [{ type: 'Pods', value: 1, periodSeconds: 300 }] };

/** Metrics of the service that scaling looks at. */
const metrics = {
  associations: 'dicom_store_scp_associations',
  storedBytes: 'dicom_store_scp_stored_bytes_total',
  storedBytesPerSecond: 'dicom_store_scp_stored_bytes_per_second',
} as const;

/** Pods with volumes are not scaled: they would leave instances behind. */
const workload = ({ identity }: Context) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name: identity.fullname });

const perPod = (name: string, averageValue: number): k8s.MetricSpecV2 => ({
  type: 'Pods',
  pods: {
    metric: { name },
    target: { type: 'AverageValue', averageValue: k8s.Quantity.fromString(`${averageValue}`) },
  },
});

const cpu = (averageUtilization: number): k8s.MetricSpecV2 => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

const TARGET_CPU = 70;

export function horizontalPodAutoscalerProps(context: Context): k8s.KubeHorizontalPodAutoscalerV2Props {
  const { autoscaling }: ChosenValues = context.values;
  const {
    associationsPerPod = 0,
    bytesPerSecondPerPod = 0,
    targetCPUUtilizationPercentage = TARGET_CPU,
  } = autoscaling ?? {};
  return {
    metadata: metadata(context),
    spec: {
      scaleTargetRef: workload(context),
      minReplicas: scaling.minReplicas,
      maxReplicas: scaling.maxReplicas,
      metrics: [
        ...(targetCPUUtilizationPercentage > 0 ? [cpu(targetCPUUtilizationPercentage)] : []),
        ...(associationsPerPod > 0 ? [perPod(metrics.associations, associationsPerPod)] : []),
        ...(bytesPerSecondPerPod > 0 ? [perPod(metrics.storedBytesPerSecond, bytesPerSecondPerPod)] : []),
      ],
      behavior: { scaleDown },
    },
  };
}

/** A ScaledObject of KEDA. */
export function scaledObject(context: Context) {
  const { keda } = context.values;
  const { fullname } = context.identity;
  const {
    serverAddress = '',
    associationsPerPod = scaling.associationsPerReplica,
    bytesPerSecondPerPod = scaling.bytesPerSecondPerReplica,
  } = keda ?? {};
  const pods = `{namespace="${context.identity.namespace}",pod=~"${fullname}-.*"}`;
  const trigger = (query: string, threshold: number) => ({
    type: 'prometheus',
    metadata: { serverAddress, query, threshold: `${threshold}` },
  });
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadata(context),
    spec: {
      scaleTargetRef: workload(context),
      minReplicaCount: scaling.minReplicas,
      maxReplicaCount: scaling.maxReplicas,
      pollingInterval: 30,
      triggers: [
        trigger(`sum(${metrics.associations}${pods})`, associationsPerPod),
        trigger(`sum(rate(${metrics.storedBytes}${pods}[${RATE_WINDOW}]))`, bytesPerSecondPerPod),
      ],
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown } } },
    },
  };
}

import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
import { block, items, optionalBlock, scalar } from './lifted.ts';
import { chosen, count, duration, kubernetesList, kubernetesObject, lifted, text, textMap } from './value.ts';

const { scaling } = deployment;
const hpa = 'horizontalPodAutoscaler';
const monitorFields = (object: 'serviceMonitor' | 'podMonitor', endpoint: string) => ({
  labels: lifted(textMap(), 'Labels that the Prometheus Operator selects by.', items(object, 'metadata.labels')),
  interval: lifted(duration(), 'How often metrics are scraped.', scalar(object, `${endpoint}.interval`)),
  scrapeTimeout: lifted(duration(), 'How long that may take.', scalar(object, `${endpoint}.scrapeTimeout`)),
  relabelings: lifted(kubernetesList(), 'Relabeling of targets.', optionalBlock(object, `${endpoint}.relabelings`)),
  metricRelabelings: lifted(
    kubernetesList(),
    'Relabeling of samples.',
    optionalBlock(object, `${endpoint}.metricRelabelings`),
  ),
});

export const scalingValues = {
  autoscaling: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Scales by a HorizontalPodAutoscaler.'),
    minReplicas: lifted(count(1), 'Pods at least.', scalar(hpa, 'spec.minReplicas')),
    maxReplicas: lifted(count(1), 'Pods at most.', scalar(hpa, 'spec.maxReplicas')),
    targetCPUUtilizationPercentage: lifted(
      z.int().min(0).max(100),
      'CPU that pods should use of their request. 0: not looked at.',
      scalar(hpa, 'spec.metrics[0].resource.target.averageUtilization'),
    ),
    associationsPerPod: chosen(
      count(),
      0,
      'Associations that a pod should have, by the custom metrics API (prometheus-adapter). 0: not looked at.',
    ),
    bytesPerSecondPerPod: chosen(count(), 0, 'Bytes a second that a pod should store, likewise. 0: not looked at.'),
    behavior: lifted(
      kubernetesObject(),
      'How fast. Pods go slowly: each must first see its associations end.',
      block(hpa, 'spec.behavior'),
    ),
  }),
  keda: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Scales by a ScaledObject of KEDA, by what Prometheus knows.'),
    minReplicas: lifted(count(1), 'Pods at least.', scalar('scaledObject', 'spec.minReplicaCount')),
    maxReplicas: lifted(count(1), 'Pods at most.', scalar('scaledObject', 'spec.maxReplicaCount')),
    pollingInterval: lifted(count(1), 'Seconds between looks.', scalar('scaledObject', 'spec.pollingInterval')),
    serverAddress: chosen(text(), '', 'Address of Prometheus.'),
    associationsPerPod: chosen(count(1), scaling.associationsPerReplica, 'Associations that a pod should have.'),
    bytesPerSecondPerPod: chosen(count(1), scaling.bytesPerSecondPerReplica, 'Bytes a second that a pod should store.'),
    triggers: lifted(kubernetesList(), 'More triggers.', items('scaledObject', 'spec.triggers')),
    advanced: lifted(kubernetesObject(), 'How fast, among others.', block('scaledObject', 'spec.advanced')),
  }),
  serviceMonitor: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Has the Prometheus Operator scrape the admin Service.'),
    ...monitorFields('serviceMonitor', 'spec.endpoints[0]'),
  }),
  podMonitor: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Has it scrape the pods directly instead.'),
    ...monitorFields('podMonitor', 'spec.podMetricsEndpoints[0]'),
  }),
  prometheusRule: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Installs the recording and alert rules.'),
    labels: lifted(
      textMap(),
      'Labels that the Prometheus Operator selects by.',
      items('prometheusRule', 'metadata.labels'),
    ),
  }),
  dashboards: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Installs the Grafana dashboards as ConfigMaps.'),
    labels: chosen(textMap(), { grafana_dashboard: '1' }, 'Labels that the sidecar of Grafana selects by.'),
    annotations: lifted(
      textMap(),
      'Annotations, such as the folder.',
      optionalBlock('dashboards', 'metadata.annotations'),
    ),
  }),
};

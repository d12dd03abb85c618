import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import { type Context, metadata } from './context.ts';
import { selectorLabels, suffixes } from './identity.ts';
import { pod } from './pod.ts';

const { scaling } = deployment;
const REVISION_HISTORY = 3;

/** How many pods, unless something scales them. */
const replicas = ({ values: { autoscaling, keda } }: Context): { replicas?: number } =>
  autoscaling?.enabled || keda?.enabled ? {} : { replicas: scaling.minReplicas };

export const deploymentProps = (context: Context): k8s.KubeDeploymentProps => ({
  metadata: metadata(context),
  spec: {
    ...replicas(context),
    revisionHistoryLimit: REVISION_HISTORY,
    selector: { matchLabels: selectorLabels(context.identity) },
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(0), maxSurge: k8s.IntOrString.fromNumber(1) },
    },
    template: pod(context),
  },
});

/** With a volume for each pod, which it finds again when it is started anew on another node. */
export const statefulSetProps = (context: Context): k8s.KubeStatefulSetProps => ({
  metadata: metadata(context),
  spec: {
    ...replicas(context),
    revisionHistoryLimit: REVISION_HISTORY,
    serviceName: `${context.identity.fullname}${suffixes.adminService}`,
    selector: { matchLabels: selectorLabels(context.identity) },
    // Pods do not wait for each other.
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    template: pod(context),
    volumeClaimTemplates: [
      {
        metadata: { name: 'spool' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: k8s.Quantity.fromString('50Gi') } },
        },
      },
    ],
  },
});

import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import { type Context, metadata } from './context.ts';
import { selectorLabels, suffixes } from './identity.ts';
import { nlbAnnotations, nlbClass } from './nlb-annotations.ts';
import { listensPlain } from './tls-choices.ts';

const { ports, balancer } = deployment;

const servicePort = ({ name, port: target }: { name: string; port: number }, port = target): k8s.ServicePort => ({
  name,
  port,
  protocol: 'TCP',
  targetPort: k8s.IntOrString.fromString(name),
});

/** What DICOM peers connect to. */
export function serviceProps(context: Context): k8s.KubeServiceProps {
  const { service, nlb, tls } = context.values;
  const annotations = { ...nlbAnnotations(context), ...service?.annotations };
  const loadBalancerClass = nlb?.enabled ? nlbClass : service?.loadBalancerClass;
  return {
    metadata: { ...metadata(context), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      type: 'ClusterIP',
      selector: selectorLabels(context.identity),
      ...(loadBalancerClass ? { loadBalancerClass } : {}),
      // Its targets are pods.
      ...(nlb?.enabled ? { allocateLoadBalancerNodePorts: false } : {}),
      ports: [
        ...(listensPlain(tls) ? [servicePort(ports.dicom, balancer.port)] : []),
        ...(tls?.enabled ? [servicePort(ports.tls, balancer.tlsPort)] : []),
      ],
    },
  };
}

/**
 * Probes and metrics, and the names of the pods of a StatefulSet. Without an address of its own, since each pod is asked
 * for itself; a pod that drains is still scraped.
 */
export const adminServiceProps = (context: Context): k8s.KubeServiceProps => ({
  metadata: metadata(context, suffixes.adminService, { 'app.kubernetes.io/component': 'admin' }),
  spec: {
    clusterIp: 'None',
    publishNotReadyAddresses: true,
    selector: selectorLabels(context.identity),
    ports: [servicePort(ports.admin)],
  },
});

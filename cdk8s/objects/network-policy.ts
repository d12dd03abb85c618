import { k8s } from 'cdk8s-plus-28';
import { deployment } from '../../core/deployment.ts';
import { type Context, metadata } from './context.ts';
import { selectorLabels } from './identity.ts';
import { selfTestLabels } from './self-test.ts';

const { ports } = deployment;

const tcp = (port: number): k8s.NetworkPolicyPort => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' });
const udp = (port: number): k8s.NetworkPolicyPort => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'UDP' });
const blocks = (cidrs: readonly string[]): k8s.NetworkPolicyPeer[] => cidrs.map((cidr) => ({ ipBlock: { cidr } }));

const ANY = ['0.0.0.0/0', '::/0'];
/** Where the agent of EKS Pod Identity answers on each node. */
const POD_IDENTITY_AGENTS = ['169.254.170.23/32', 'fd00:ec2::23/128'];

/** DICOM in from peers, metrics to those who scrape, and out to DNS and AWS. */
export function networkPolicyProps(context: Context): k8s.KubeNetworkPolicyProps {
  const { networkPolicy, service, nlb } = context.values;
  const peers = firstNonEmpty(networkPolicy?.dicomFrom, service?.loadBalancerSourceRanges, ANY);
  const balancer = nlb?.enabled ? (nlb.subnetCidrs ?? []) : [];
  return {
    metadata: metadata(context),
    spec: {
      podSelector: { matchLabels: selectorLabels(context.identity) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: selfTestLabels(context.identity) } },
            ...blocks([...peers, ...balancer]),
          ],
          ports: [tcp(ports.dicom.port), tcp(ports.tls.port)],
        },
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
          ports: [tcp(ports.admin.port)],
        },
        ...(balancer.length > 0 ? [{ from: blocks(balancer), ports: [tcp(ports.admin.port)] }] : []),
      ],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
          ports: [udp(53), tcp(53)],
        },
        { to: blocks(networkPolicy?.awsCidrs ?? ['0.0.0.0/0']), ports: [tcp(443)] },
        { to: blocks(POD_IDENTITY_AGENTS), ports: [tcp(80)] },
      ],
    },
  };
}

const firstNonEmpty = (...lists: readonly (readonly string[] | undefined)[]): readonly string[] =>
  lists.find((list) => list !== undefined && list.length > 0) ?? [];

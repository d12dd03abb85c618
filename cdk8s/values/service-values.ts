import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
import { optionalBlock, optionalScalar, scalar } from './lifted.ts';
import { chosen, cidrs, countOrShare, duration, lifted, text, textMap } from './value.ts';

const { balancer, ports } = deployment;
const port = () => z.int().min(1).max(65_535);

export const serviceValues = {
  service: z.strictObject({
    type: lifted(
      z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']),
      'How DICOM peers reach the pods. Nothing is exposed unless it is said here.',
      scalar('service', 'spec.type'),
    ),
    port: lifted(port(), 'Port that peers connect to.', scalar('service', `spec.ports[${ports.dicom.name}].port`)),
    tlsPort: lifted(
      port(),
      'Port that peers connect to for TLS that ends in the pod.',
      scalar('service', `spec.ports[${ports.tls.name}].port`),
    ),
    nodePort: lifted(
      z.int().min(0).max(65_535),
      'Port on every node, for the types NodePort and LoadBalancer. 0: the cluster chooses.',
      optionalScalar('service', `spec.ports[${ports.dicom.name}].nodePort`),
    ),
    annotations: chosen(textMap(), {}, 'Annotations, put over those that `nlb` makes.'),
    loadBalancerClass: chosen(text(), '', 'Class of another load balancer than that of `nlb`, such as MetalLB.'),
    loadBalancerSourceRanges: lifted(
      cidrs(),
      'Networks that may connect, such as `10.1.0.0/16`. Empty: any that reaches the load balancer.',
      optionalBlock('service', 'spec.loadBalancerSourceRanges'),
    ),
    externalTrafficPolicy: lifted(
      z.enum(['', 'Cluster', 'Local']),
      'With `Local` the service sees the addresses of peers that come by a node port.',
      optionalScalar('service', 'spec.externalTrafficPolicy'),
    ),
  }),
  nlb: z.strictObject({
    enabled: chosen(
      z.boolean(),
      false,
      'Has the AWS Load Balancer Controller make a Network Load Balancer with pods as targets. Needs `service.type: LoadBalancer`.',
    ),
    scheme: chosen(z.enum(['internal', 'internet-facing']), 'internal', 'Who can reach it at all.'),
    name: chosen(text().max(32), '', 'Name of the load balancer. Cannot be changed later.'),
    subnets: chosen(
      z.array(text().min(1)),
      [],
      'Subnets by id or name. Empty: the controller finds them by their tags.',
    ),
    subnetCidrs: chosen(
      cidrs(),
      [],
      'Networks of those subnets: health checks come from there, and with `proxy-protocol` every connection.',
    ),
    securityGroups: chosen(
      z.array(text().min(1)),
      [],
      'Security groups of the load balancer. Empty: the controller makes one from `service.loadBalancerSourceRanges`.',
    ),
    clientAddress: chosen(
      z.enum(['preserve', 'proxy-protocol']),
      'preserve',
      'How the service learns the address of a peer: kept on the connection, or by a PROXY protocol v2 header.',
    ),
    idleTimeoutSeconds: chosen(
      z.int().min(60).max(6_000),
      balancer.idleTimeoutSeconds,
      'How long a TCP connection may be silent. TLS listeners of the load balancer have a fixed 350.',
    ),
    drainSeconds: chosen(
      z.int().min(0).max(3_600),
      balancer.drainSeconds,
      'How long connections of a pod that is on its way out are left alone.',
    ),
    deregistrationSeconds: chosen(
      z.int().min(0).max(300),
      balancer.deregistrationSeconds,
      'How long new connections still come to a pod that the load balancer was told goes: so long it goes on as if nothing were, where that is longer than `drain.preStopSeconds`.',
    ),
    crossZone: chosen(z.boolean(), true, 'Spreads connections over the pods of all zones.'),
    certificateArns: chosen(
      z.array(text().regex(/^arn:aws[a-z-]*:(acm|iam):/)),
      [],
      'Certificates that end TLS at the load balancer. Empty: TCP is passed through.',
    ),
    tlsPolicy: chosen(text().min(1), balancer.tlsPolicy, 'What its TLS listener negotiates.'),
    attributes: chosen(textMap(), {}, 'More attributes of the load balancer, such as `deletion_protection.enabled`.'),
    targetGroupAttributes: chosen(textMap(), {}, 'More attributes of its target group.'),
  }),
  adminService: z.strictObject({
    annotations: lifted(
      textMap(),
      'Annotations of the Service for probes and metrics.',
      optionalBlock('adminService', 'metadata.annotations'),
    ),
  }),
  tls: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Ends TLS in the pod, on a port of its own: the only way to mutual TLS.'),
    secretName: chosen(text(), '', 'Existing Secret of type kubernetes.io/tls. Empty: that of `certificate`.'),
    clientCertificate: chosen(
      z.enum(['none', 'request', 'require']),
      'none',
      'Whether peers are asked for a certificate: `request` checks those that are shown, `require` refuses the rest.',
    ),
    clientCaSecretName: chosen(
      text(),
      '',
      'Existing Secret whose `ca.crt` holds the authorities that certificates of peers must come from.',
    ),
    plain: chosen(z.boolean(), true, 'Listens without TLS, too. Turn it off when every peer can do TLS.'),
  }),
  certificate: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Has cert-manager issue and renew the certificate of `tls`.'),
    issuerRef: z.strictObject({
      name: chosen(text(), '', 'Issuer.'),
      kind: lifted(text(), 'Its kind.', scalar('certificate', 'spec.issuerRef.kind')),
      group: lifted(text(), 'Its API group.', scalar('certificate', 'spec.issuerRef.group')),
    }),
    dnsNames: chosen(z.array(text().min(1)), [], 'Names that peers connect to.'),
    duration: lifted(duration(), 'How long it is valid.', scalar('certificate', 'spec.duration')),
    renewBefore: lifted(
      duration(),
      'How long before its end it is renewed.',
      scalar('certificate', 'spec.renewBefore'),
    ),
  }),
  podDisruptionBudget: z.strictObject({
    enabled: chosen(z.boolean(), true, 'Limits how many pods a drain of nodes takes at a time.'),
    maxUnavailable: lifted(countOrShare(), 'Pods that may be away.', scalar('disruptionBudget', 'spec.maxUnavailable')),
  }),
};

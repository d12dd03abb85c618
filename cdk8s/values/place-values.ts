import { z } from 'zod';
import { block, items, optionalBlock, optionalScalar, scalar } from './lifted.ts';
import { chosen, cidrs, kubernetesList, kubernetesObject, lifted, text, textMap } from './value.ts';

export const placeValues = {
  aws: z.strictObject({
    region: chosen(text(), '', 'Region of the bucket. On EKS the pod is told by IRSA or Pod Identity.'),
    endpointUrl: chosen(text(), '', 'Endpoint in place of AWS, such as that of an S3 server on premises.'),
    credentialsSecret: chosen(
      text(),
      '',
      'Existing Secret with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, where nothing better can be had.',
    ),
  }),
  serviceAccount: z.strictObject({
    create: chosen(z.boolean(), true, 'Whether the ServiceAccount is made.'),
    name: chosen(text(), '', 'Its name. Empty: that of the release, or `default` if it is not made.'),
    annotations: lifted(
      textMap(),
      'Annotations. For IRSA `eks.amazonaws.com/role-arn`; Pod Identity needs none.',
      optionalBlock('serviceAccount', 'metadata.annotations'),
    ),
  }),
  spool: z.strictObject({
    enabled: chosen(
      z.boolean(),
      false,
      'Answers success when an instance is on a persistent volume of the pod, and uploads it from there. The pods are a StatefulSet then. With `settings.store: folder` the volume is where instances stay.',
    ),
    size: lifted(
      text().min(1),
      'Size of each volume.',
      scalar('statefulSet', 'spec.volumeClaimTemplates[spool].spec.resources.requests.storage'),
    ),
    storageClassName: lifted(
      text(),
      "Class of the volumes. Empty: the cluster's default. Its volumes must honour fsync.",
      optionalScalar('statefulSet', 'spec.volumeClaimTemplates[spool].spec.storageClassName'),
    ),
    annotations: lifted(
      textMap(),
      'Annotations of the claims.',
      optionalBlock('statefulSet', 'spec.volumeClaimTemplates[spool].metadata.annotations'),
    ),
  }),
  networkPolicy: z.strictObject({
    enabled: chosen(z.boolean(), false, 'Confines what the pods may be reached by and what they may reach.'),
    dicomFrom: chosen(
      cidrs(),
      [],
      'Networks of DICOM peers. Empty: `service.loadBalancerSourceRanges`, and any if that is empty, too.',
    ),
    adminFrom: lifted(
      kubernetesList(),
      'Who may read probes and metrics; nodes and `nlb.subnetCidrs` always may.',
      block('networkPolicy', 'spec.ingress[1].from'),
    ),
    awsCidrs: chosen(cidrs(), ['0.0.0.0/0'], 'Networks of the AWS endpoints, by HTTPS.'),
    extraIngress: lifted(kubernetesList(), 'More rules.', items('networkPolicy', 'spec.ingress')),
    extraEgress: lifted(kubernetesList(), 'More rules.', items('networkPolicy', 'spec.egress')),
  }),
  peers: chosen(
    z.array(kubernetesObject()),
    [],
    'Peers that may send, as in the peers file of docs/configuration.md. With some, the service gets a peers file.',
  ),
  routes: chosen(
    z.array(kubernetesObject()),
    [],
    'Further AE titles to answer to, each with a data store, a priority and batches of its own, as in the routes file.',
  ),
};

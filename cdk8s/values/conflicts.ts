import type { ServiceSettings } from './settings-values.ts';
import type { ChosenValues } from './values-schema.ts';

/** Values that cannot go together: the judgement here and in templates, and what is said of it. */
export interface Conflict {
  readonly holds: (values: ChosenValues) => boolean;
  /** The same as a condition of a template. */
  readonly condition: string;
  readonly problem: string;
}

const settings = ({ settings: chosen }: ChosenValues): ServiceSettings => (chosen ?? {}) as ServiceSettings;
const isS3 = (values: ChosenValues): boolean => (settings(values).store ?? 's3') === 's3';
const none = (list: readonly unknown[] | undefined): boolean => (list?.length ?? 0) === 0;

export const conflicts: readonly Conflict[] = [
  {
    holds: (values) => isS3(values) && !settings(values).bucket,
    condition: 'and (eq (.Values.settings.store | default "s3") "s3") (not .Values.settings.bucket)',
    problem: 'settings.bucket: needed, the S3 bucket that instances land in',
  },
  {
    holds: (values) => !isS3(values) && values.spool?.enabled !== true,
    condition: 'and (eq (.Values.settings.store | default "s3") "folder") (not .Values.spool.enabled)',
    problem: 'settings.store: a folder needs spool.enabled, or the instances would be gone with the pod',
  },
  {
    holds: ({ autoscaling, keda }) => autoscaling?.enabled === true && keda?.enabled === true,
    condition: 'and .Values.autoscaling.enabled .Values.keda.enabled',
    problem: 'autoscaling.enabled and keda.enabled: two would scale against each other',
  },
  {
    holds: ({ spool, autoscaling, keda }) =>
      spool?.enabled === true && (autoscaling?.enabled === true || keda?.enabled === true),
    condition: 'and .Values.spool.enabled (or .Values.autoscaling.enabled .Values.keda.enabled)',
    problem: 'spool.enabled: pods that are scaled away would leave instances behind in their volumes',
  },
  {
    holds: ({ keda }) => keda?.enabled === true && !keda.serverAddress,
    condition: 'and .Values.keda.enabled (not .Values.keda.serverAddress)',
    problem: 'keda.serverAddress: needed, the address of Prometheus',
  },
  {
    holds: ({ autoscaling }) =>
      autoscaling?.enabled === true &&
      autoscaling.targetCPUUtilizationPercentage === 0 &&
      !autoscaling.associationsPerPod &&
      !autoscaling.bytesPerSecondPerPod,
    condition:
      'and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.associationsPerPod .Values.autoscaling.bytesPerSecondPerPod))',
    problem: 'autoscaling: nothing to scale by',
  },
  {
    holds: ({ serviceMonitor, podMonitor }) => serviceMonitor?.enabled === true && podMonitor?.enabled === true,
    condition: 'and .Values.serviceMonitor.enabled .Values.podMonitor.enabled',
    problem: 'serviceMonitor.enabled and podMonitor.enabled: everything would be counted twice',
  },
  {
    holds: ({ nlb, service }) => nlb?.enabled === true && service?.type !== 'LoadBalancer',
    condition: 'and .Values.nlb.enabled (ne .Values.service.type "LoadBalancer")',
    problem: 'nlb.enabled: needs service.type LoadBalancer',
  },
  {
    holds: ({ nlb, service }) => nlb?.enabled === true && !!service?.loadBalancerClass,
    condition: 'and .Values.nlb.enabled .Values.service.loadBalancerClass',
    problem: 'service.loadBalancerClass: nlb.enabled has a class of its own',
  },
  {
    holds: ({ nlb }) => nlb?.enabled === true && nlb.clientAddress === 'proxy-protocol' && none(nlb.subnetCidrs),
    condition: 'and .Values.nlb.enabled (eq .Values.nlb.clientAddress "proxy-protocol") (not .Values.nlb.subnetCidrs)',
    problem: 'nlb.subnetCidrs: needed for proxy-protocol, since nobody else may send such headers',
  },
  {
    holds: ({ nlb, tls }) =>
      nlb?.enabled === true && !none(nlb.certificateArns) && tls?.enabled === true && tls.plain === false,
    condition: 'and .Values.nlb.enabled .Values.nlb.certificateArns .Values.tls.enabled (not .Values.tls.plain)',
    problem: 'nlb.certificateArns: where TLS ends at the load balancer the pod needs tls.plain',
  },
  {
    holds: ({ nlb, service }) =>
      nlb?.enabled === true &&
      nlb.scheme === 'internet-facing' &&
      none(nlb.securityGroups) &&
      none(service?.loadBalancerSourceRanges),
    condition:
      'and .Values.nlb.enabled (eq .Values.nlb.scheme "internet-facing") (not .Values.nlb.securityGroups) (not .Values.service.loadBalancerSourceRanges)',
    problem:
      'nlb.scheme: internet-facing needs service.loadBalancerSourceRanges or nlb.securityGroups, or all the world may send',
  },
  {
    holds: ({ tls, certificate }) => tls?.enabled === true && !tls.secretName && certificate?.enabled !== true,
    condition: 'and .Values.tls.enabled (not .Values.tls.secretName) (not .Values.certificate.enabled)',
    problem: 'tls.secretName: needed, unless certificate.enabled',
  },
  {
    holds: ({ tls }) =>
      tls?.enabled === true && (tls.clientCertificate ?? 'none') !== 'none' && !tls.clientCaSecretName,
    condition: 'and .Values.tls.enabled (ne .Values.tls.clientCertificate "none") (not .Values.tls.clientCaSecretName)',
    problem: 'tls.clientCaSecretName: needed when peers are asked for a certificate',
  },
  {
    holds: ({ certificate, tls }) => certificate?.enabled === true && tls?.enabled !== true,
    condition: 'and .Values.certificate.enabled (not .Values.tls.enabled)',
    problem: 'certificate.enabled: of no use unless tls.enabled',
  },
  {
    holds: ({ certificate }) =>
      certificate?.enabled === true && (!certificate.issuerRef?.name || none(certificate.dnsNames)),
    condition:
      'and .Values.certificate.enabled (or (not .Values.certificate.issuerRef.name) (not .Values.certificate.dnsNames))',
    problem: 'certificate: issuerRef.name and dnsNames are needed',
  },
  {
    holds: (values) => settings(values).unknownPeers === 'refuse' && none(values.peers),
    condition: 'and (eq (.Values.settings.unknownPeers | default "") "refuse") (not .Values.peers)',
    problem: 'settings.unknownPeers: refuse needs peers, or nobody could associate',
  },
];

/** Values that cannot go together. Lists every problem at once. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  readonly code = 'VALUES_CONFLICT';

  constructor(problems: readonly string[]) {
    super(['The values cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/** @throws ConflictError if any hold */
export function requireNoConflict(values: ChosenValues): void {
  const found = conflicts.filter(({ holds }) => holds(values));
  if (found.length > 0) throw new ConflictError(found.map(({ problem }) => problem));
}

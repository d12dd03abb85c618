import type { Identity } from '../objects/identity.ts';
import type { ChosenValues } from '../values/values-schema.ts';

/** Names and labels as expressions of a template. */
export const symbolicIdentity: Identity = {
  fullname: '{{ include "dicom-store-scp.fullname" . }}',
  name: '{{ include "dicom-store-scp.name" . }}',
  instance: '{{ .Release.Name }}',
  version: '{{ .Chart.AppVersion }}',
  managedBy: '{{ .Release.Service }}',
  namespace: '{{ .Release.Namespace }}',
  chart: '{{ include "dicom-store-scp.chart" . }}',
};

const everything = {
  settings: { bucket: 'lifted' },
  peers: [{}],
  routes: [{}],
  aws: {
    region: '{{ .Values.aws.region }}',
    endpointUrl: '{{ .Values.aws.endpointUrl }}',
    credentialsSecret: '{{ .Values.aws.credentialsSecret }}',
  },
  service: { type: 'LoadBalancer' },
  nlb: { enabled: true, subnetCidrs: ['192.0.2.0/24'] },
  tls: {
    enabled: true,
    secretName: '{{ include "dicom-store-scp.tlsSecretName" . }}',
    clientCertificate: 'require',
    clientCaSecretName: '{{ .Values.tls.clientCaSecretName }}',
  },
  certificate: {
    enabled: true,
    issuerRef: { name: '{{ .Values.certificate.issuerRef.name }}' },
    dnsNames: ['lifted'],
  },
  networkPolicy: { enabled: true },
  prometheusRule: { enabled: true },
  selfTest: { store: true, callingAeTitle: '{{ .Values.selfTest.callingAeTitle }}' },
} as const satisfies ChosenValues;

/** Values in which every optional part is there: three, since some exclude each other. Texts are expressions. */
export const symbolicValues: readonly ChosenValues[] = [
  {
    ...everything,
    autoscaling: { enabled: true, associationsPerPod: 1, bytesPerSecondPerPod: 1 },
    serviceMonitor: { enabled: true },
  },
  { ...everything, spool: { enabled: true } },
  {
    ...everything,
    tls: { ...everything.tls, clientCertificate: 'request', plain: false },
    keda: { enabled: true, serverAddress: '{{ .Values.keda.serverAddress }}' },
    podMonitor: { enabled: true },
  },
];

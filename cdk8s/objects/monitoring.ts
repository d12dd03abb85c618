import { deployment } from '../../core/deployment.ts';
import { type Context, metadata } from './context.ts';
import { selectorLabels, suffixes } from './identity.ts';

const { ports, metricsPath } = deployment;
const endpoint = { port: ports.admin.name, path: metricsPath, interval: '30s', scrapeTimeout: '10s' };
const operator = { apiVersion: 'monitoring.coreos.com/v1' };

/** Scraped by way of the admin Service. */
export const serviceMonitor = (context: Context) => ({
  ...operator,
  kind: 'ServiceMonitor',
  metadata: metadata(context),
  spec: {
    selector: { matchLabels: { ...selectorLabels(context.identity), 'app.kubernetes.io/component': 'admin' } },
    endpoints: [endpoint],
  },
});

/** Scraped pod by pod. */
export const podMonitor = (context: Context) => ({
  ...operator,
  kind: 'PodMonitor',
  metadata: metadata(context),
  spec: { selector: { matchLabels: selectorLabels(context.identity) }, podMetricsEndpoints: [endpoint] },
});

export const prometheusRule = (context: Context) => ({
  ...operator,
  kind: 'PrometheusRule',
  metadata: metadata(context),
  spec: { groups: context.monitoring.ruleGroups },
});

/** One ConfigMap for each dashboard: together they would be too large for one. */
export const dashboards = (context: Context) =>
  Object.entries(context.monitoring.dashboards).map(([file, json]) => {
    const { name, labels } = metadata(context, `-${file.replace(/\.json$/, '')}`);
    const chosen = context.values.dashboards?.labels ?? { grafana_dashboard: '1' };
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: name.slice(0, 63), labels: { ...labels, ...chosen } },
      data: { [file]: json },
    };
  });

/** Has cert-manager issue the certificate of `tls`. */
export const certificate = (context: Context) => {
  const { certificate: chosen, tls } = context.values;
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: metadata(context),
    spec: {
      secretName: tls?.secretName || `${context.identity.fullname}${suffixes.tlsSecret}`,
      dnsNames: chosen?.dnsNames ?? [],
      issuerRef: { name: chosen?.issuerRef?.name ?? '', kind: 'Issuer', group: 'cert-manager.io' },
      duration: '2160h',
      renewBefore: '720h',
      privateKey: { algorithm: 'ECDSA', size: 384, rotationPolicy: 'Always' },
      usages: ['server auth'],
    },
  };
};

import { expect, it } from 'vitest';
import { z } from 'zod';
import { pipelineMetrics } from '../../core/pipeline-metrics.ts';
import { serviceMetrics } from '../../core/service-metrics.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { showBytesInFlight } from '../../service/telemetry/network-gauges.ts';
import { showSpool } from '../../service/telemetry/spool-gauges.ts';
import { showStoreBuffers } from '../../service/telemetry/store-buffer-gauges.ts';

/** `npx vitest run test/drift -u` writes the file anew. */
const file = '../../docs/metrics.md';
const PREFIX = 'dicom_store_scp_';

const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  labelNames: z.array(z.string()),
  buckets: z.array(z.number()).optional(),
});
type Metric = z.infer<typeof metricSchema>;

const { registry } = createMetrics('1.0.0');
showBytesInFlight(registry, () => 0);
showSpool(registry, { instances: 0, bytes: 0, oldestAgeMs: 0, usedRatio: 0, isFailing: false });
showStoreBuffers(registry, { usedBytes: 0, keptBytes: 0, budgetBytes: 0, waiting: 0 });

const metrics: readonly Metric[] = registry
  .getMetricsAsArray()
  .map((metric) => metricSchema.safeParse(metric))
  .flatMap(({ data }) => (data?.name.startsWith(PREFIX) ? [data] : []))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The unit stands in the name, as Prometheus wants it. */
const unitOf = ({ name }: Metric): string => /_(seconds|bytes|ratio)(?:_total)?$/.exec(name)?.[1] ?? '';

const row = (metric: Metric): string => {
  const labels = metric.labelNames.map((label) => `\`${label}\``).join(', ');
  const { name, type, help, buckets } = metric;
  const bounds = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`;
  return `| \`${name}\` | ${type} | ${unitOf(metric)} | ${labels} | ${help}${bounds} |`;
};

const cloudWatchRow = ([name, { unit, meaning }]: [string, { unit: string; meaning: string }]): string =>
  `| \`${name}\` | ${unit} | ${meaning} |`;

function reference(): string {
  return `# Metrics

## Of the service, for Prometheus

\`GET /metrics\` on the admin port answers Prometheus' text format. While spans are made it answers OpenMetrics, which
Prometheus reads as well, and \`${PREFIX}store_duration_seconds\` then carries exemplars: the trace of the slowest
store that was sampled lately. Beside these metrics there are those of the process and of Node.js under their usual names (\`process_\`,
\`nodejs_\`).

Every series is there from the start with the value 0, so that \`rate()\` sees the first event. Labels are words that the
service knows; of AE titles only those that the operator lists have a label of their own, in \`SCP_CALLING_AE_TITLES\` or
in the file of peers. All others are \`other\`, since a peer may call itself whatever it likes.

| name | type | unit | labels | meaning |
| --- | --- | --- | --- | --- |
${metrics.map(row).join('\n')}

## Of the service, for CloudWatch

With \`SCP_CLOUDWATCH_NAMESPACE\` the service writes a line in CloudWatch's embedded metric format once a minute, which
CloudWatch Logs makes metrics of. Dimension: \`service\`, always \`dicom-store-scp\`. The AWS edition scales by them.

| name | unit | meaning |
| --- | --- | --- |
${Object.entries(serviceMetrics).map(cloudWatchRow).join('\n')}

## Of the import pipeline, for CloudWatch

The Lambda functions write lines in the same format. Namespace: \`DicomStoreScp/<name of the stack>\`. Dimension:
\`service\`, the name of the function. A batch and its instances are counted once, when it ends, by the function that ended
it: \`reconcile\`, \`mark-failed\` or \`sweep\`. The sweeper looks every five minutes at what has not ended.

| name | unit | meaning |
| --- | --- | --- |
${Object.entries(pipelineMetrics).map(cloudWatchRow).join('\n')}
`;
}

it('docs/metrics.md says what the registry says', async () => {
  await expect(reference()).toMatchFileSnapshot(file);
});

import { bars } from '../panels/bars.ts';
import { firing } from '../panels/firing.ts';
import { graph } from '../panels/graph.ts';
import { toLogs, toTraces } from '../panels/links.ts';
import { inRange, metric, processMetric, rate, recorded } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom } from '../panels/steps.ts';
import { table } from '../panels/table.ts';
import { promDuration } from '../promql.ts';
import { errorRatioName, ourRefusals } from '../rules/objectives.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';

/** Is all well? If not, where? */
export function overview(thresholds: Thresholds): Board {
  const { associations, imports, objectives, openBatchAgeSeconds } = thresholds;
  const small = { width: 4, height: 4 };
  const tall = { width: 12, height: 8 };
  const longest = Math.max(...objectives.burnRates.map(({ longSeconds }) => longSeconds));
  const budget = (level: 'acknowledgement' | 'import', target: number) =>
    `min(1 - ${recorded(errorRatioName(level, longest))} / ${Number((1 - target).toFixed(6))})`;
  const days = promDuration(longest);
  return {
    name: 'overview',
    title: 'DICOM Store SCP / Overview',
    description: 'Whether images come in, are stored and are imported, and what is wrong where they are not.',
    rows: [
      {
        title: 'Is it up?',
        panels: [
          stat(
            {
              ...small,
              title: 'Instances up',
              description: 'Tasks or pods that answer Prometheus. None: modalities cannot associate (ScpDown).',
              unit: 'none',
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: 1, colour: 'green' },
              ],
            },
            {
              expr: `sum(up{job=~"$job", namespace=~"$namespace", instance=~"$instance"} and on (job, instance) ${metric('build_info')}) or vector(0)`,
              legend: 'up',
            },
          ),
          stat(
            {
              ...small,
              title: 'Associations',
              description: 'Associations that are open now, as a share of those that may be (AssociationsNearLimit).',
              unit: 'percentunit',
              steps: badFrom(associations.nearLimitRatio),
              hasGraph: true,
            },
            { expr: `sum(${metric('associations')}) / sum(${metric('associations_limit')})`, legend: 'in use' },
          ),
          stat(
            {
              ...small,
              title: 'Refused for want of storage',
              description: 'C-STOREs refused in the time shown because they could not be stored (StoreFailing).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(thresholds.storeFailures),
              links: [toLogs('instance-refused')],
            },
            { expr: `round(sum(${inRange('instances_refused_total', ourRefusals)}))`, legend: 'refused' },
          ),
          stat(
            {
              ...small,
              title: 'Oldest batch not sealed',
              description: 'How long the oldest open batch has been open (BatchNotSealed).',
              unit: 's',
              steps: badFrom(openBatchAgeSeconds),
              hasGraph: true,
            },
            { expr: `max(${metric('oldest_open_batch_age_seconds')})`, legend: 'age' },
          ),
          stat(
            {
              ...small,
              title: 'Oldest batch not imported',
              description:
                'Time since the seal of the oldest batch that has not ended (ImportsLate). Needs SCP_LEDGER_BATCHES_TABLE.',
              unit: 's',
              steps: badFrom(imports.oldestAgeSeconds),
              hasGraph: true,
              noValue: 'ledger not read',
            },
            { expr: `max(${metric('import_oldest_unreconciled_age_seconds')})`, legend: 'age' },
          ),
          stat(
            {
              ...small,
              title: 'Not imported',
              description:
                'Instances that HealthImaging did not import in the time shown (InstancesNotImported, ImportsFailed).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(1),
              noValue: 'ledger not read',
            },
            { expr: `round(sum(max by (reason) (${inRange('import_failures_total')})))`, legend: 'not imported' },
          ),
        ],
      },
      {
        title: 'What comes in?',
        panels: [
          graph(
            {
              ...tall,
              title: 'Instances',
              description:
                'C-STORE requests answered, by result. `identical` was stored before and is not stored again.',
              unit: 'reqps',
              isStacked: true,
              links: [toTraces()],
            },
            { expr: `sum by (result) (${rate('instances_total')})`, legend: '{{result}}' },
          ),
          graph(
            { ...tall, title: 'Bytes stored', description: 'Bytes of objects that became durable.', unit: 'Bps' },
            { expr: `sum by (instance) (${rate('stored_bytes_total')})`, legend: '{{instance}}' },
          ),
          graph(
            {
              ...tall,
              title: 'Time to acknowledgement',
              description: `From the first byte of a C-STORE to durable storage; the promise is ${objectives.acknowledged.withinSeconds} s for ${objectives.acknowledged.target * 100} of 100.`,
              unit: 's',
              steps: badFrom(objectives.acknowledged.withinSeconds),
            },
            ...[0.5, 0.95, 0.99].map((share) => ({
              expr: `histogram_quantile(${share}, sum by (le) (${rate('store_duration_seconds_bucket')}))`,
              legend: `${share * 100} of 100`,
            })),
          ),
          graph(
            {
              ...tall,
              title: 'From seal to image set',
              description: `How long batches took that ended; the promise is ${promDuration(objectives.imported.withinSeconds)}. Needs SCP_LEDGER_BATCHES_TABLE.`,
              unit: 's',
              steps: badFrom(objectives.imported.withinSeconds),
            },
            ...[0.5, 0.95].map((share) => ({
              expr: `histogram_quantile(${share}, max by (le) (sum by (le, instance) (${rate('import_duration_seconds_bucket')})))`,
              legend: `${share * 100} of 100`,
            })),
          ),
        ],
      },
      {
        title: 'What is wrong?',
        panels: [
          table(
            {
              ...tall,
              title: 'Alerts',
              description: 'Alerts of this product that fire now. Each has a runbook of its name in docs/runbooks.',
              unit: 'none',
              columns: { alertname: 'Alert', severity: 'Severity', job: 'Job' },
              value: 'Number',
              noValue: 'none fires',
            },
            { expr: firing(thresholds, 'alertname, severity, job'), legend: '' },
          ),
          bars(
            {
              width: 6,
              height: 8,
              title: 'Refusals and rejections',
              description: 'Instances refused and associations rejected in the time shown, by reason.',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
              links: [toLogs('instance-refused|association-rejected')],
            },
            { expr: `round(sum by (code) (${inRange('instances_refused_total')})) > 0`, legend: '{{code}}' },
            { expr: `round(sum by (reason) (${inRange('associations_rejected_total')})) > 0`, legend: '{{reason}}' },
          ),
          stat(
            {
              width: 6,
              height: 8,
              title: `Error budget left (${days})`,
              description: `What is left of the error budgets of ${days}: 100 % is all of it; below 0 the promise is broken. Made by the recording rules.`,
              unit: 'percentunit',
              decimals: 0,
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: 0, colour: 'yellow' },
                { from: 0.5, colour: 'green' },
              ],
              noValue: 'no events',
            },
            { expr: budget('acknowledgement', objectives.acknowledged.target), legend: 'acknowledged' },
            { expr: budget('import', objectives.imported.target), legend: 'imported' },
          ),
          graph(
            {
              width: 24,
              height: 6,
              title: 'CPU',
              description: 'CPU that each instance uses: 1 is one core.',
              unit: 'none',
              decimals: 2,
            },
            {
              expr: `rate(${processMetric('process_cpu_seconds_total')}[$__rate_interval]) and on (job, instance) ${metric('build_info')}`,
              legend: '{{instance}}',
            },
          ),
        ],
      },
    ],
  };
}

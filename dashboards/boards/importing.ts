import { DatasourceVariableBuilder, TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { bars } from '../panels/bars.ts';
import { graph } from '../panels/graph.ts';
import { inRange, metric, rate } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom } from '../panels/steps.ts';
import { promDuration } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';
import { pipelineRow } from './pipeline-row.ts';

/** From a sealed batch to its image sets, as the ledger has it. */
export function importing({ imports, objectives }: Thresholds): Board {
  const small = { width: 4, height: 4, noValue: 'ledger not read' };
  const half = { width: 12, height: 8, noValue: 'ledger not read' };
  const { withinSeconds, target } = objectives.imported;
  return {
    name: 'importing',
    title: 'DICOM Store SCP / Importing',
    description:
      'From a sealed batch to its image sets. The upper rows are what a service reads in the ledger (SCP_LEDGER_BATCHES_TABLE); the last row asks CloudWatch.',
    variables: [
      new DatasourceVariableBuilder('cloudwatch').label('CloudWatch').type('cloudwatch'),
      new TextBoxVariableBuilder('region').label('Region').defaultValue('default'),
      new TextBoxVariableBuilder('stack').label('Stack').defaultValue('DicomStoreScp'),
    ],
    rows: [
      {
        title: 'Is it importing?',
        panels: [
          stat(
            {
              ...small,
              title: 'Not ended',
              description: 'Batches that are sealed and have not ended.',
              unit: 'none',
              hasGraph: true,
            },
            { expr: `sum(max by (status) (${metric('import_batches')}))`, legend: 'batches' },
          ),
          stat(
            {
              ...small,
              title: 'Oldest not ended',
              description: 'Time since the seal of the oldest batch that has not ended (ImportsLate).',
              unit: 's',
              steps: badFrom(imports.oldestAgeSeconds),
              hasGraph: true,
            },
            { expr: `max(${metric('import_oldest_unreconciled_age_seconds')})`, legend: 'age' },
          ),
          stat(
            {
              ...small,
              title: 'Job quota in use',
              description:
                'Batches being imported, as a share of the import jobs that a datastore runs at a time (ImportQuotaNear).',
              unit: 'percentunit',
              steps: badFrom(imports.quotaRatio, 'orange'),
            },
            {
              expr: `max(${metric('import_batches', 'status="importing"')}) / max(${metric('import_concurrent_jobs_limit')})`,
              legend: 'in use',
            },
          ),
          stat(
            {
              ...small,
              title: `Whole within ${promDuration(withinSeconds)}`,
              description: `Share of batches that ended in the time shown that were imported whole within ${promDuration(withinSeconds)} of their seal (ImportBudgetBurn).`,
              unit: 'percentunit',
              decimals: 1,
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: target, colour: 'green' },
              ],
            },
            {
              expr: `min(sum by (instance) (${inRange('import_duration_seconds_bucket', `status="completed", le="${withinSeconds}"`)}) / (sum by (instance) (${inRange('import_duration_seconds_count')}) > 0))`,
              legend: 'in time',
            },
          ),
          stat(
            {
              ...small,
              title: 'Failed batches',
              description: 'Batches that were not imported, in the time shown (ImportsFailed).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(1),
            },
            { expr: `round(max(${inRange('import_duration_seconds_count', 'status="failed"')}))`, legend: 'failed' },
          ),
          stat(
            {
              ...small,
              title: 'Ledger read',
              description: 'Time since the ledger was read last (LedgerUnread).',
              unit: 's',
              steps: badFrom(imports.ledgerStaleSeconds, 'orange'),
            },
            { expr: `time() - max(${metric('ledger_read_timestamp_seconds')})`, legend: 'ago' },
          ),
        ],
      },
      {
        title: 'How long does it take?',
        panels: [
          graph(
            {
              ...half,
              title: 'From seal to image set',
              description: 'How long batches took that ended.',
              unit: 's',
              steps: badFrom(withinSeconds),
            },
            ...[0.5, 0.95].map((share) => ({
              expr: `histogram_quantile(${share}, max by (le) (sum by (le, instance) (${rate('import_duration_seconds_bucket')})))`,
              legend: `${share * 100} of 100`,
            })),
          ),
          graph(
            {
              ...half,
              title: 'Oldest batch not ended',
              description: 'Time since the seal of the oldest batch that has not ended (ImportsLate).',
              unit: 's',
              steps: badFrom(imports.oldestAgeSeconds),
            },
            { expr: `max(${metric('import_oldest_unreconciled_age_seconds')})`, legend: 'age' },
          ),
          graph(
            {
              ...half,
              title: 'Batches under way',
              description:
                'Batches that are known (registered), that wait for a job (queued) and that have one (importing), and how many jobs HealthImaging runs at a time.',
              unit: 'none',
              isStacked: true,
              steps: badFrom(imports.quotaRatio * imports.concurrentJobs, 'orange'),
            },
            { expr: `max by (status) (${metric('import_batches')})`, legend: '{{status}}' },
          ),
          graph(
            {
              ...half,
              title: 'Batches ended',
              description: 'Batches that ended, by how. `completed-with-failures`: some instances were not imported.',
              unit: 'ops',
              isStacked: true,
            },
            { expr: `max by (status) (${rate('import_duration_seconds_count')})`, legend: '{{status}}' },
          ),
        ],
      },
      {
        title: 'What was not imported, and why?',
        panels: [
          graph(
            {
              ...half,
              title: 'Instances',
              description: 'Instances of batches that ended, by what became of them.',
              unit: 'ops',
              isStacked: true,
            },
            { expr: `max by (result) (${rate('import_instances_total')})`, legend: '{{result}}' },
          ),
          bars(
            {
              ...half,
              title: 'Not imported, by reason',
              description:
                'Instances that were not imported in the time shown, by reason (InstancesNotImported, ImportsFailed). The ledger names each: `npm run cli -- batch <id>`.',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
            },
            { expr: `round(max by (reason) (${inRange('import_failures_total')})) > 0`, legend: '{{reason}}' },
          ),
        ],
      },
      pipelineRow(),
    ],
  };
}

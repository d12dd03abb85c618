import { bars } from '../panels/bars.ts';
import { graph } from '../panels/graph.ts';
import { toLogs, toTraces } from '../panels/links.ts';
import { inRange, metric, rate } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom } from '../panels/steps.ts';
import { ourRefusals } from '../rules/objectives.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';

/** From the first byte of an instance to its sealed batch. */
export function storing(thresholds: Thresholds): Board {
  const { spool, objectives, openBatchAgeSeconds } = thresholds;
  const { withinSeconds } = objectives.acknowledged;
  const small = { width: 6, height: 4 };
  const half = { width: 12, height: 8 };
  const third = { width: 8, height: 8 };
  return {
    name: 'storing',
    title: 'DICOM Store SCP / Storing',
    description: 'From the first byte of an instance to its sealed batch in S3.',
    rows: [
      {
        title: 'Is it storing?',
        panels: [
          stat(
            {
              ...small,
              title: 'Stored',
              description: 'Instances stored in the time shown.',
              unit: 'short',
              decimals: 0,
            },
            { expr: `round(sum(${inRange('instances_total', 'result="kept"')}))`, legend: 'stored' },
          ),
          stat(
            { ...small, title: 'Bytes stored', description: 'Bytes stored in the time shown.', unit: 'bytes' },
            { expr: `sum(${inRange('stored_bytes_total')})`, legend: 'bytes' },
          ),
          stat(
            {
              ...small,
              title: `Within ${withinSeconds} s`,
              description: `Share of C-STOREs that were acknowledged within ${withinSeconds} s in the time shown, refusals for want of storage counted as late (AcknowledgementBudgetBurn).`,
              unit: 'percentunit',
              decimals: 2,
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: objectives.acknowledged.target, colour: 'green' },
              ],
              noValue: 'nothing stored',
            },
            {
              expr: `sum(${inRange('store_duration_seconds_bucket', `le="${withinSeconds}"`)}) / (sum(${inRange('store_duration_seconds_count')}) + sum(${inRange('instances_refused_total', ourRefusals)}) > 0)`,
              legend: 'in time',
            },
          ),
          stat(
            {
              ...small,
              title: 'Seals and leases failing',
              description: 'Failed tries to seal a batch or to renew its lease in the time shown (SealsFailing).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(thresholds.sealFailures),
              links: [toLogs('seal-failed|lease-renewal-failed')],
            },
            {
              expr: `round(sum(${inRange('seal_failures_total')}) + sum(${inRange('lease_renewal_failures_total')}))`,
              legend: 'failures',
            },
          ),
        ],
      },
      {
        title: 'How fast, and what is refused?',
        panels: [
          graph(
            {
              ...half,
              title: 'Time to durable storage',
              description:
                'From the first byte of a C-STORE to its durable storage. The time that the sender takes is in it.',
              unit: 's',
              steps: badFrom(withinSeconds),
              links: [toTraces()],
            },
            ...[0.5, 0.9, 0.99].map((share) => ({
              expr: `histogram_quantile(${share}, sum by (le) (${rate('store_duration_seconds_bucket')}))`,
              legend: `${share * 100} of 100`,
            })),
          ),
          graph(
            {
              ...half,
              title: 'Refused',
              description:
                'Instances refused, by code. `STORE_…` and `PROCESSING_FAILURE` are ours (StoreFailing), the others are in the data set (InstancesRefused).',
              unit: 'reqps',
              isStacked: true,
              links: [toLogs('instance-refused')],
            },
            { expr: `sum by (code) (${rate('instances_refused_total')})`, legend: '{{code}}' },
          ),
          graph(
            { ...third, title: 'Size of instances', description: 'Sizes of the objects stored.', unit: 'bytes' },
            ...[0.5, 0.95].map((share) => ({
              expr: `histogram_quantile(${share}, sum by (le) (${rate('instance_size_bytes_bucket')}))`,
              legend: `${share * 100} of 100`,
            })),
          ),
          graph(
            {
              ...third,
              title: 'Memory of instances on their way',
              description:
                'Memory of instances on their way to S3, what of it is kept for the next, and how much they may have together. At the limit senders are held back.',
              unit: 'bytes',
            },
            { expr: `sum(${metric('store_buffer_bytes')})`, legend: 'used' },
            { expr: `sum(${metric('store_buffer_kept_bytes')})`, legend: 'kept for the next' },
            { expr: `sum(${metric('store_buffer_budget_bytes')})`, legend: 'budget' },
          ),
          graph(
            {
              ...third,
              title: 'Held back',
              description:
                'Instances whose senders wait for memory, and whether associations are turned away for it (SendersHeldBack).',
              unit: 'none',
            },
            { expr: `sum(${metric('store_buffer_waiting')})`, legend: 'instances that wait' },
            { expr: `max(${metric('bytes_in_flight_saturated')})`, legend: 'saturated' },
          ),
        ],
      },
      {
        title: 'Do batches get sealed?',
        panels: [
          graph(
            {
              ...third,
              title: 'Batches sealed',
              description: 'Batches sealed, by reason. Each becomes one import job.',
              unit: 'ops',
              isStacked: true,
              links: [toLogs('batch-sealed')],
            },
            { expr: `sum by (reason) (${rate('batches_sealed_total')})`, legend: '{{reason}}' },
          ),
          graph(
            { ...third, title: 'Open batches', description: 'Batches that are not sealed yet.', unit: 'none' },
            { expr: `sum by (instance) (${metric('open_batches')})`, legend: '{{instance}}' },
          ),
          graph(
            {
              ...third,
              title: 'Oldest open batch',
              description: 'Age of the oldest batch that is not sealed yet (BatchNotSealed).',
              unit: 's',
              steps: badFrom(openBatchAgeSeconds),
            },
            { expr: `max by (instance) (${metric('oldest_open_batch_age_seconds')})`, legend: '{{instance}}' },
          ),
          bars(
            {
              ...half,
              title: 'Doubts about the import',
              description:
                'Stored instances in the time shown that HealthImaging will not import (fails: ImportDoubtful) or not whole (degrades).',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
              links: [toLogs('import-doubtful')],
            },
            {
              expr: `round(sum by (code, severity) (${inRange('import_problems_total')})) > 0`,
              legend: '{{severity}}: {{code}}',
            },
          ),
          graph(
            {
              ...half,
              title: 'Seal and lease failures',
              description: 'Failed tries to seal a batch or to renew its lease (SealsFailing).',
              unit: 'ops',
            },
            { expr: `sum(${rate('seal_failures_total')})`, legend: 'seals' },
            { expr: `sum(${rate('lease_renewal_failures_total')})`, legend: 'renewals' },
          ),
        ],
      },
      {
        title: 'Does the spool drain? (SCP_ACK=spooled)',
        panels: [
          graph(
            {
              ...third,
              title: 'Volume of the spool',
              description: 'Share of the volume that is used (SpoolFilling, SpoolFull).',
              unit: 'percentunit',
              max: 1,
              steps: [...badFrom(spool.highRatio, 'orange'), ...badFrom(spool.fullRatio)],
              noValue: 'no spool',
            },
            { expr: `max by (instance) (${metric('spool_volume_used_ratio')})`, legend: '{{instance}}' },
          ),
          graph(
            {
              ...third,
              title: 'Waiting in the spool',
              description: 'Instances acknowledged and not uploaded yet, and the age of the oldest (SpoolStalled).',
              unit: 'none',
              noValue: 'no spool',
            },
            { expr: `sum(${metric('spool_instances')})`, legend: 'instances' },
            { expr: `max(${metric('spool_oldest_age_seconds')})`, legend: 'age of the oldest, s' },
          ),
          graph(
            {
              ...third,
              title: 'Uploads',
              description: 'Instances uploaded from the spool, and failures by code.',
              unit: 'ops',
              noValue: 'no spool',
              links: [toLogs('upload-failed|uploads-resumed')],
            },
            { expr: `sum by (route) (${rate('spool_uploads_total')})`, legend: '{{route}}' },
            { expr: `sum by (code) (${rate('spool_upload_failures_total')})`, legend: '{{code}}' },
          ),
        ],
      },
    ],
  };
}

import { maxByRelease, metricName, promDuration, sumByRelease } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import { ourRefusals } from './objectives.ts';
import { type Alert, ofRelease } from './rule.ts';

/** What can go wrong between the first byte of an instance and its sealed batch. */
export function storingAlerts(thresholds: Thresholds): readonly Alert[] {
  const { spool } = thresholds;
  const window = promDuration(thresholds.windowSeconds);
  const increase = (metric: string) => sumByRelease(`increase(${metric}[${window}])`);
  const refused = metricName('instances_refused_total');
  const used = maxByRelease(metricName('spool_volume_used_ratio'));
  const heldBack = ['store_buffer_waiting', 'bytes_in_flight_saturated'].map(
    (suffix) => `${maxByRelease(metricName(suffix))} > 0`,
  );
  const failing = `min_over_time(${metricName('spool_uploads_failing')}[${promDuration(spool.failingForSeconds)}])`;
  return [
    {
      name: 'StoreFailing',
      severity: 'critical',
      expression: `${increase(`${refused}{${ourRefusals}}`)} >= ${thresholds.storeFailures}`,
      summary: `${ofRelease} refuses instances because it cannot store them.`,
      description: 'Modalities are answered 0xA700 or 0x0110 and keep what was refused. S3 fails, is slow or denies.',
    },
    {
      name: 'InstancesRefused',
      severity: 'warning',
      expression: `${increase(`${refused}{${ourRefusals.replace('=~', '!~')}}`)} >= ${thresholds.refusedInstances}`,
      summary: `${ofRelease} refuses instances for what is in them.`,
      description: 'Sending again is of no use: the data set cannot be read, differs from its request or is not taken.',
    },
    {
      name: 'SealsFailing',
      severity: 'critical',
      expression: `${increase(metricName('seal_failures_total'))} + ${increase(metricName('lease_renewal_failures_total'))} >= ${thresholds.sealFailures}`,
      summary: `${ofRelease} cannot seal batches or renew their leases.`,
      description: 'What was acknowledged is safe, and is not imported until a seal succeeds.',
    },
    {
      name: 'BatchNotSealed',
      severity: 'warning',
      expression: `${maxByRelease(metricName('oldest_open_batch_age_seconds'))} > ${thresholds.openBatchAgeSeconds}`,
      summary: `${ofRelease} has had a batch open for {{ $value | humanizeDuration }}.`,
      description:
        'Its images are safe in S3 and come late to HealthImaging. An association does not end, or the seal fails.',
    },
    {
      name: 'SendersHeldBack',
      severity: 'warning',
      expression: heldBack.join(' or '),
      forSeconds: thresholds.heldBackForSeconds,
      summary: `Senders of ${ofRelease} are held back for want of memory.`,
      description: 'More comes in than S3 takes. Modalities send slower; new associations may be turned away.',
    },
    {
      name: 'SpoolFilling',
      severity: 'warning',
      expression: `${used} >= ${spool.highRatio} and ${used} < ${spool.fullRatio}`,
      summary: `The spool of ${ofRelease} is {{ $value | humanizePercentage }} full.`,
      description: 'New associations are rejected as a transient condition until uploads have made room.',
    },
    {
      name: 'SpoolFull',
      severity: 'critical',
      expression: `${used} >= ${spool.fullRatio}`,
      summary: `The spool of ${ofRelease} is full.`,
      description: 'Instances are refused with 0xA700; modalities keep what was refused.',
    },
    {
      name: 'SpoolStalled',
      severity: 'warning',
      expression: `${maxByRelease(metricName('spool_oldest_age_seconds'))} > ${spool.oldestAgeSeconds} or ${maxByRelease(failing)} > 0`,
      summary: `What ${ofRelease} has in its spool is not uploaded.`,
      description: 'What was acknowledged is safe on the volume and does not reach S3. The volume fills up.',
    },
    {
      name: 'SpoolDamaged',
      severity: 'critical',
      expression: `${sumByRelease(`increase(${metricName('spool_damaged_total')}[${promDuration(thresholds.rareWindowSeconds)}])`)} > 0`,
      summary: `A file in the spool of ${ofRelease} does not hold what was acknowledged.`,
      description: 'It was set aside. The instance must be sent again: its modality believes that it is stored.',
    },
  ];
}

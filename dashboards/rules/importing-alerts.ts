import { maxByRelease, metricName, promDuration, releaseLabels } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import { type Alert, ofRelease } from './rule.ts';

/** What can go wrong between a sealed batch and its image sets. All but the first need a service that reads the ledger. */
export function importingAlerts(thresholds: Thresholds): readonly Alert[] {
  const { imports } = thresholds;
  const window = promDuration(thresholds.rareWindowSeconds);
  const ended = `${metricName('import_duration_seconds')}_count`;
  const failures = metricName('import_failures_total');
  const limit = metricName('import_concurrent_jobs_limit');
  return [
    {
      name: 'ImportDoubtful',
      severity: 'warning',
      expression: `sum by (${releaseLabels}, code) (increase(${metricName('import_problems_total')}{severity="fails"}[${window}])) > 0`,
      summary: `${ofRelease} has stored instances that HealthImaging will not import ({{ $labels.code }}).`,
      description: 'They are safe in S3. Their import will fail for what is in them, or missing in them.',
    },
    {
      name: 'ImportsFailed',
      severity: 'critical',
      expression: `${maxByRelease(`increase(${ended}{status="failed"}[${window}])`)} > 0`,
      summary: `A batch of ${ofRelease} was not imported.`,
      description: 'Its images are safe in S3 and not in HealthImaging. The ledger has the reason.',
    },
    {
      name: 'InstancesNotImported',
      severity: 'warning',
      expression: `max by (${releaseLabels}, reason) (increase(${failures}[${window}])) > 0 unless on (${releaseLabels}) ${maxByRelease(`increase(${ended}{status="failed"}[${window}])`)} > 0`,
      summary: `HealthImaging has not imported some instances of ${ofRelease} ({{ $labels.reason }}).`,
      description: 'The rest of their batches was imported. They are safe in S3; the ledger has each by name.',
    },
    {
      name: 'ImportsLate',
      severity: 'critical',
      expression: `${maxByRelease(metricName('import_oldest_unreconciled_age_seconds'))} > ${imports.oldestAgeSeconds}`,
      summary: `A batch of ${ofRelease} has not ended {{ $value | humanizeDuration }} after its seal.`,
      description:
        'Its images are safe in S3 and not known to be in HealthImaging. The pipeline stands still or is throttled.',
    },
    {
      name: 'ImportQuotaNear',
      severity: 'warning',
      expression: `${maxByRelease(`${metricName('import_batches')}{status="importing"}`)} / ${maxByRelease(limit)} >= ${imports.quotaRatio}`,
      forSeconds: imports.quotaForSeconds,
      summary: `${ofRelease} uses {{ $value | humanizePercentage }} of HealthImaging's concurrent import jobs.`,
      description: 'Batches will wait for jobs to end. Images come later to HealthImaging; nothing is lost.',
    },
    {
      name: 'LedgerUnread',
      severity: 'warning',
      expression: `time() - ${maxByRelease(metricName('ledger_read_timestamp_seconds'))} > ${imports.ledgerStaleSeconds}`,
      summary: `${ofRelease} has not read the ledger for {{ $value | humanizeDuration }}.`,
      description: 'What dashboards and alerts say of imports is old. Receiving and importing are not affected.',
    },
  ];
}

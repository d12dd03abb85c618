import { metricName, promDuration, releaseLabels, sumByRelease } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import { type Alert, ofRelease } from './rule.ts';

/** What can go wrong with the process itself. */
export function runtimeAlerts(thresholds: Thresholds): readonly Alert[] {
  const window = promDuration(thresholds.rareWindowSeconds);
  return [
    {
      name: 'ServiceBug',
      severity: 'warning',
      expression: `${sumByRelease(`increase(${metricName('bugs_total')}[${window}])`)} > 0`,
      summary: `${ofRelease} met an error that it does not know.`,
      description: 'It ended one association and the service went on. The log has the error.',
    },
    {
      name: 'EventLoopBlocked',
      severity: 'warning',
      expression: `max by (${releaseLabels}, instance) (nodejs_eventloop_lag_p99_seconds and on (${releaseLabels}, instance) ${metricName('build_info')}) > ${thresholds.eventLoopLagSeconds}`,
      forSeconds: thresholds.eventLoopForSeconds,
      summary: `{{ $labels.instance }} of ${ofRelease} is late by {{ $value | humanizeDuration }}.`,
      description: 'It has too little CPU for what comes in: everything that it does waits.',
    },
    {
      name: 'MemoryHigh',
      severity: 'warning',
      expression: `max by (${releaseLabels}, instance) (process_resident_memory_bytes and on (${releaseLabels}, instance) ${metricName('build_info')}) > ${thresholds.residentBytes}`,
      forSeconds: thresholds.residentForSeconds,
      summary: `{{ $labels.instance }} of ${ofRelease} has {{ $value | humanize1024 }}B in memory.`,
      description: 'It will be killed at its limit. Associations that are open then are cut; peers send again.',
    },
  ];
}

import { metricName, promDuration, releaseLabels, sumByRelease } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import { type Alert, ofRelease } from './rule.ts';

const limits = 'reason=~"temporary-congestion|local-limit-exceeded"';
/** Who stops turns associations away by design. */
const capacity = `${limits},because!="draining"`;
const policy = 'reason!~"temporary-congestion|local-limit-exceeded"';

/** What can go wrong between a peer and its association. */
export function receptionAlerts(thresholds: Thresholds): readonly Alert[] {
  const { associations, silence, memorySeconds, certificateSeconds } = thresholds;
  const window = promDuration(thresholds.windowSeconds);
  const build = metricName('build_info');
  const remembered = `last_over_time(${build}[${promDuration(memorySeconds)}])`;
  const ours = `on (${releaseLabels}) group by (${releaseLabels}) (${remembered})`;
  const rejected = metricName('associations_rejected_total');
  const ended = metricName('associations_ended_total');
  const increase = (metric: string) => sumByRelease(`increase(${metric}[${window}])`);
  const instances = metricName('instances_total');
  return [
    {
      name: 'ScpDown',
      severity: 'critical',
      expression: `sum by (${releaseLabels}) (up) == 0 and ${ours} or absent(${remembered})`,
      forSeconds: thresholds.downForSeconds,
      summary: `No instance of the Storage SCP ${ofRelease} answers.`,
      description: 'Modalities cannot associate and keep their images. No task or pod of this release is scraped.',
    },
    {
      name: 'ScpInstanceDown',
      severity: 'warning',
      expression: `up == 0 and ${ours}`,
      forSeconds: thresholds.instanceDownForSeconds,
      summary: `Instance {{ $labels.instance }} of ${ofRelease} does not answer.`,
      description: 'The others carry its associations, if there are others. It crashes, hangs or cannot be reached.',
    },
    {
      name: 'AssociationsTurnedAway',
      severity: 'critical',
      expression: `${increase(`${rejected}{${capacity}}`)} >= ${associations.turnedAway}`,
      summary: `${ofRelease} has turned associations away for want of capacity.`,
      description:
        'Peers are rejected as a transient condition and try again, most of them. {{ $value | humanize }} in the last window.',
    },
    {
      name: 'AssociationsNearLimit',
      severity: 'warning',
      expression: `${sumByRelease(metricName('associations'))} / ${sumByRelease(metricName('associations_limit'))} >= ${associations.nearLimitRatio}`,
      forSeconds: associations.nearLimitForSeconds,
      summary: `${ofRelease} has {{ $value | humanizePercentage }} of the associations that it takes.`,
      description: 'New associations will soon be rejected as a transient condition.',
    },
    {
      name: 'AssociationsRejected',
      severity: 'warning',
      expression: `${increase(`${rejected}{${policy}}`)} >= ${associations.rejected}`,
      summary: `${ofRelease} rejects associations by its rules.`,
      description:
        'A peer calls a title that is not served, or is not listed, or comes from another address. It cannot send until its settings or ours are changed.',
    },
    {
      name: 'AssociationsBroken',
      severity: 'warning',
      expression: [
        `${increase(`${ended}{how!~"released|rejected"}`)} / ${increase(ended)} >= ${associations.brokenRatio}`,
        `${increase(ended)} >= ${associations.brokenMin}`,
      ].join(' and '),
      forSeconds: thresholds.windowSeconds,
      summary: `{{ $value | humanizePercentage }} of the associations of ${ofRelease} do not end by release.`,
      description:
        'They are aborted or cut: an unsteady network, a time-out, or a peer that does not keep to the standard.',
    },
    {
      name: 'NothingReceived',
      severity: 'warning',
      expression: [
        `${sumByRelease(`increase(${instances}[${promDuration(silence.quietSeconds)}])`)} == 0`,
        `${sumByRelease(`increase(${instances}[${promDuration(silence.usedWithinSeconds)}])`)} > 0`,
      ].join(' and '),
      forSeconds: thresholds.windowSeconds,
      summary: `${ofRelease} has received nothing for ${promDuration(silence.quietSeconds)}.`,
      description:
        'It did receive in the time before. A route, a firewall or the configuration of a modality has changed.',
    },
    {
      name: 'CertificateExpiring',
      severity: 'warning',
      expression: `min by (${releaseLabels}) (${metricName('certificate_expiry_timestamp_seconds')} > 0) - time() < ${certificateSeconds}`,
      summary: `The certificate of ${ofRelease} expires in {{ $value | humanizeDuration }}.`,
      description: 'When it has expired, peers that check it can no longer associate over TLS.',
    },
    {
      name: 'ReloadFailing',
      severity: 'warning',
      expression: `sum by (${releaseLabels}, what) (increase(${metricName('reload_failures_total')}[${promDuration(thresholds.rareWindowSeconds)}])) > 0`,
      summary: `${ofRelease} cannot use a changed file of {{ $labels.what }}.`,
      description: 'It goes on with what it had. A restart would not come up with this file.',
    },
  ];
}

import { bars } from '../panels/bars.ts';
import { graph } from '../panels/graph.ts';
import { toLogs, toTraces } from '../panels/links.ts';
import { inRange, metric, rate } from '../panels/queries.ts';
import { stat } from '../panels/stat.ts';
import { badFrom } from '../panels/steps.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Board } from './board.ts';

const DAY = 86_400;

/** Who comes, who is turned away, and how associations end. */
export function associations({ associations: limits, certificateSeconds }: Thresholds): Board {
  const small = { width: 4, height: 4 };
  const half = { width: 12, height: 8 };
  const third = { width: 8, height: 8 };
  return {
    name: 'associations',
    title: 'DICOM Store SCP / Associations and peers',
    description: 'Who comes, who is turned away and why, and how associations end. Which peer it was is in the log.',
    rows: [
      {
        title: 'Can peers associate?',
        panels: [
          stat(
            {
              ...small,
              title: 'Open now',
              description: 'Associations that are open now.',
              unit: 'none',
              hasGraph: true,
            },
            { expr: `sum(${metric('associations')})`, legend: 'open' },
          ),
          stat(
            {
              ...small,
              title: 'Of the limit',
              description: 'Share of the associations that may be open (AssociationsNearLimit).',
              unit: 'percentunit',
              steps: badFrom(limits.nearLimitRatio),
            },
            { expr: `sum(${metric('associations')}) / sum(${metric('associations_limit')})`, legend: 'in use' },
          ),
          stat(
            {
              ...small,
              title: 'Turned away',
              description: 'Associations rejected as a transient condition in the time shown (AssociationsTurnedAway).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(limits.turnedAway),
              links: [toLogs('association-rejected')],
            },
            {
              expr: `round(sum(${inRange('associations_rejected_total', 'reason=~"temporary-congestion|local-limit-exceeded", because!="draining"')}))`,
              legend: 'turned away',
            },
          ),
          stat(
            {
              ...small,
              title: 'Rejected by rule',
              description: 'Associations that the rules for peers reject, in the time shown (AssociationsRejected).',
              unit: 'none',
              decimals: 0,
              steps: badFrom(limits.rejected, 'orange'),
              links: [toLogs('association-rejected')],
            },
            {
              expr: `round(sum(${inRange('associations_rejected_total', 'reason!~"temporary-congestion|local-limit-exceeded"')}))`,
              legend: 'rejected',
            },
          ),
          stat(
            {
              ...small,
              title: 'Listed peers',
              description: 'Entries of the list of peers (SCP_PEERS_FILE).',
              unit: 'none',
              noValue: 'no list',
            },
            { expr: `max(${metric('peers')})`, legend: 'listed' },
          ),
          stat(
            {
              ...small,
              title: 'Certificate expires in',
              description: 'Until the certificate that is shown to TLS clients expires (CertificateExpiring).',
              unit: 's',
              steps: [
                { from: Number.NEGATIVE_INFINITY, colour: 'red' },
                { from: certificateSeconds, colour: 'green' },
              ],
              noValue: 'no TLS here',
            },
            { expr: `min(${metric('certificate_expiry_timestamp_seconds')} > 0) - time()`, legend: 'left' },
          ),
        ],
      },
      {
        title: 'Who comes?',
        panels: [
          graph(
            {
              ...half,
              title: 'Open associations',
              description: 'Associations that are open, by instance, and how many may be on each.',
              unit: 'none',
            },
            { expr: metric('associations'), legend: '{{instance}}' },
            { expr: `max(${metric('associations_limit')})`, legend: 'limit of each' },
          ),
          graph(
            {
              ...half,
              title: 'Associations asked for',
              description: 'Associations accepted and rejected.',
              unit: 'reqps',
              isStacked: true,
              links: [toTraces()],
            },
            { expr: `sum(${rate('associations_accepted_total')})`, legend: 'accepted' },
            { expr: `sum by (reason) (${rate('associations_rejected_total')}) > 0`, legend: '{{reason}}' },
          ),
          bars(
            {
              ...third,
              title: 'Rejected because',
              description: 'The check that rejected associations did not pass, in the time shown.',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
              links: [toLogs('association-rejected')],
            },
            { expr: `round(sum by (because) (${inRange('associations_rejected_total')})) > 0`, legend: '{{because}}' },
          ),
          bars(
            {
              ...third,
              title: 'Connections closed before DICOM',
              description:
                'Connections that were closed before an association was asked for, in the time shown, by reason.',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
              links: [toLogs('connection-refused')],
            },
            { expr: `round(sum by (reason) (${inRange('connections_refused_total')})) > 0`, legend: '{{reason}}' },
          ),
          graph(
            {
              ...third,
              title: 'C-ECHO',
              description: 'Verification requests answered: peers that test the connection.',
              unit: 'reqps',
            },
            { expr: `sum(${rate('echoes_total')})`, legend: 'echoes' },
          ),
        ],
      },
      {
        title: 'How do associations end?',
        panels: [
          graph(
            {
              ...half,
              title: 'Ends',
              description:
                'How associations end. All but `released` are broken off: by the peer, by us, or by the network.',
              unit: 'reqps',
              isStacked: true,
              links: [toLogs('association-ended')],
            },
            { expr: `sum by (how) (${rate('associations_ended_total')}) > 0`, legend: '{{how}}' },
          ),
          graph(
            {
              ...half,
              title: 'Share not released',
              description: 'Share of associations that do not end by release (AssociationsBroken).',
              unit: 'percentunit',
              steps: badFrom(limits.brokenRatio, 'orange'),
            },
            {
              expr: `sum(${rate('associations_ended_total', 'how!~"released|rejected"')}) / (sum(${rate('associations_ended_total')}) > 0)`,
              legend: 'broken',
            },
          ),
          graph(
            {
              ...third,
              title: 'Length of associations',
              description: 'How long associations lived that ended.',
              unit: 's',
            },
            ...[0.5, 0.95].map((share) => ({
              expr: `histogram_quantile(${share}, sum by (le) (${rate('association_duration_seconds_bucket')}))`,
              legend: `${share * 100} of 100`,
            })),
          ),
          bars(
            {
              ...third,
              title: 'Deviations tolerated',
              description:
                'Deviations from the standard that were tolerated in the time shown, by kind. SCP_STRICT tolerates none.',
              unit: 'none',
              decimals: 0,
              noValue: 'none',
            },
            { expr: `round(sum by (kind) (${inRange('leniencies_total')})) > 0`, legend: '{{kind}}' },
          ),
          stat(
            {
              ...third,
              title: 'Unknown peers recorded',
              description: `Peers that were let in and recorded because they are not listed (SCP_UNKNOWN_PEERS=record), and files that could not be reloaded (ReloadFailing), in the time shown. A certificate warns ${certificateSeconds / DAY} days ahead.`,
              unit: 'none',
              decimals: 0,
            },
            { expr: `round(sum(${inRange('peers_recorded_total')}))`, legend: 'recorded' },
            { expr: `round(sum(${inRange('reload_failures_total')}))`, legend: 'failed reloads' },
          ),
        ],
      },
    ],
  };
}

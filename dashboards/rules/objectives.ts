import { metricName, promDuration, releaseLabels, sumByRelease } from '../promql.ts';
import type { BurnRate, Objective, Thresholds } from '../thresholds.ts';
import { type Alert, ofRelease, type Recording } from './rule.ts';

/** Refusals that are this side's fault: the store's, or a defect. */
export const ourRefusals = 'code=~"STORE_.*|PROCESSING_FAILURE"';

/** A service level objective, as the rules are made from it. */
interface ServiceLevel {
  readonly name: 'acknowledgement' | 'import';
  readonly alert: string;
  readonly objective: Objective;
  /** Share of bad events in a window, by release. */
  readonly errorRatio: (window: string) => string;
  /** Number of events in a window, by release. */
  readonly events: (window: string) => string;
  readonly summary: string;
  readonly description: string;
}

function serviceLevels({ objectives: { acknowledged, imported } }: Thresholds): readonly ServiceLevel[] {
  const store = metricName('store_duration_seconds');
  const refused = metricName('instances_refused_total');
  const run = metricName('import_duration_seconds');
  const ofInstance = `sum by (${releaseLabels}, instance)`;
  return [
    {
      name: 'acknowledgement',
      alert: 'AcknowledgementBudgetBurn',
      objective: acknowledged,
      errorRatio: (window) => {
        const good = sumByRelease(`rate(${store}_bucket{le="${acknowledged.withinSeconds}"}[${window}])`);
        return `1 - ${good} / ${attempts((metric) => sumByRelease(`rate(${metric}[${window}])`))}`;
      },
      events: (window) => attempts((metric) => sumByRelease(`increase(${metric}[${window}])`)),
      summary: `Too many C-STOREs of ${ofRelease} are not acknowledged within ${acknowledged.withinSeconds} s.`,
      description:
        'Modalities wait, or are refused and keep what they have. The share of late and refused instances uses up the error budget too fast.',
    },
    {
      name: 'import',
      alert: 'ImportBudgetBurn',
      objective: imported,
      // Each service tells of every batch: the worst tale counts, and one that has none (NaN) does not.
      errorRatio: (window) => {
        const le = `status="completed",le="${imported.withinSeconds}"`;
        const good = `${ofInstance} (rate(${run}_bucket{${le}}[${window}]))`;
        return `max by (${releaseLabels}) (1 - ${good} / ${ofInstance} (rate(${run}_count[${window}])))`;
      },
      events: (window) => `max by (${releaseLabels}) (${ofInstance} (increase(${run}_count[${window}])))`,
      summary: `Too many batches of ${ofRelease} are not imported whole within ${promDuration(imported.withinSeconds)}.`,
      description:
        'Images are safe in S3 and come late to HealthImaging, or not at all. The share of late and incomplete batches uses up the error budget too fast.',
    },
  ];

  /** Stored, and refused by fault of ours. */
  function attempts(of: (metric: string) => string): string {
    return `(${of(`${store}_count`)} + ${of(`${refused}{${ourRefusals}}`)})`;
  }
}

export const errorRatioName = (level: ServiceLevel['name'], seconds: number): string =>
  `dicom_store_scp:${level}_errors:ratio_rate${promDuration(seconds)}`;
const eventsName = (level: ServiceLevel['name'], seconds: number) =>
  `dicom_store_scp:${level}_events:increase${promDuration(seconds)}`;

/** The share of errors in each window that an alert looks at. */
export function objectiveRecordings(thresholds: Thresholds): readonly Recording[] {
  const { burnRates } = thresholds.objectives;
  const windows = distinct(burnRates.flatMap(({ longSeconds, shortSeconds }) => [shortSeconds, longSeconds]));
  const long = distinct(burnRates.map(({ longSeconds }) => longSeconds));
  return serviceLevels(thresholds).flatMap(({ name, errorRatio, events }) => [
    ...windows.map((seconds) => ({
      name: errorRatioName(name, seconds),
      expression: errorRatio(promDuration(seconds)),
    })),
    ...long.map((seconds) => ({ name: eventsName(name, seconds), expression: events(promDuration(seconds)) })),
  ]);
}

/** An alert for each speed, on a long window and, so that it ends soon after the trouble, on a short one. */
export const objectiveAlerts = (thresholds: Thresholds): readonly Alert[] =>
  serviceLevels(thresholds).flatMap((level) =>
    thresholds.objectives.burnRates.map((burnRate) => burnAlert(level, burnRate)),
  );

function burnAlert({ name, alert, objective, summary, description }: ServiceLevel, burnRate: BurnRate): Alert {
  const { factor, longSeconds, shortSeconds, forSeconds, severity } = burnRate;
  const limit = Number((factor * (1 - objective.target)).toFixed(6));
  const above = (seconds: number) => `${errorRatioName(name, seconds)} > ${limit}`;
  const enough = `${eventsName(name, longSeconds)} >= ${objective.minEvents}`;
  return {
    name: alert,
    severity,
    expression: `${above(longSeconds)} and ${above(shortSeconds)} and ${enough}`,
    forSeconds,
    summary,
    description: `${description} {{ $value | humanizePercentage }} in the last ${promDuration(longSeconds)}.`,
    labels: { long: promDuration(longSeconds), short: promDuration(shortSeconds) },
  };
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

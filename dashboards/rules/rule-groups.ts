import { promDuration } from '../promql.ts';
import type { Thresholds } from '../thresholds.ts';
import { importingAlerts } from './importing-alerts.ts';
import { objectiveAlerts, objectiveRecordings } from './objectives.ts';
import { receptionAlerts } from './reception-alerts.ts';
import { type Alert, alertItem, type RuleGroup, recordingItem } from './rule.ts';
import { runtimeAlerts } from './runtime-alerts.ts';
import { storingAlerts } from './storing-alerts.ts';

/** Every alert, by the group that it is in. */
export const alertGroups = (thresholds: Thresholds): Readonly<Record<string, readonly Alert[]>> => ({
  receiving: receptionAlerts(thresholds),
  storing: storingAlerts(thresholds),
  importing: importingAlerts(thresholds),
  runtime: runtimeAlerts(thresholds),
  objectives: objectiveAlerts(thresholds),
});

/** The names of all alerts, each once. */
export const alertNames = (thresholds: Thresholds): readonly string[] => [
  ...new Set(
    Object.values(alertGroups(thresholds))
      .flat()
      .map(({ name }) => name),
  ),
];

/** Recording and alert rules as a file of Prometheus has them. */
export function ruleGroups(thresholds: Thresholds): readonly RuleGroup[] {
  const interval = promDuration(thresholds.evaluationSeconds);
  const alerts = Object.entries(alertGroups(thresholds)).map(([name, group]) => ({
    name: `dicom-store-scp-${name}`,
    interval,
    rules: group.map((alert) => alertItem(alert, thresholds.runbooks)),
  }));
  const recordings = objectiveRecordings(thresholds).map(recordingItem);
  return [{ name: 'dicom-store-scp-recordings', interval, rules: recordings }, ...alerts];
}

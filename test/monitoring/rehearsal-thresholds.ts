import { type Thresholds, thresholds } from '../../dashboards/thresholds.ts';

const HOUR = 3_600;

/** The same rules with windows and patience of seconds, for a Prometheus that takes a sample each second. */
export const rehearsalThresholds: Thresholds = {
  ...thresholds,
  evaluationSeconds: 1,
  windowSeconds: 10,
  rareWindowSeconds: 12,
  memorySeconds: HOUR,
  downForSeconds: 3,
  instanceDownForSeconds: 3,
  associations: { ...thresholds.associations, nearLimitForSeconds: 3, rejected: 4, brokenMin: 4 },
  silence: { quietSeconds: HOUR, usedWithinSeconds: 2 * HOUR },
  refusedInstances: 3,
  sealFailures: 2,
  openBatchAgeSeconds: 60,
  heldBackForSeconds: 30,
  // The volume is that of the machine, whatever is on it.
  spool: { highRatio: 0.999, fullRatio: 0.9999, oldestAgeSeconds: 30, failingForSeconds: 3 },
  imports: { ...thresholds.imports, oldestAgeSeconds: 15, ledgerStaleSeconds: 30 },
  // The machine does more than this.
  eventLoopLagSeconds: 5,
  objectives: {
    acknowledged: { ...thresholds.objectives.acknowledged, withinSeconds: 5 },
    imported: { ...thresholds.objectives.imported, withinSeconds: 60, minEvents: 3 },
    burnRates: [{ factor: 14.4, longSeconds: 30, shortSeconds: 10, forSeconds: 1, severity: 'critical' }],
  },
};

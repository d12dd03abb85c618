import { type Thresholds, thresholds } from '../../dashboards/thresholds.ts';

const HOUR = 3_600;

/** The same rules with windows and patience of seconds, for a Prometheus that takes a sample each second. */
export const rehearsalThresholds: Thresholds = {
  ...thresholds,
  evaluationSeconds: 1,
  windowSeconds: 20,
  rareWindowSeconds: 25,
  memorySeconds: HOUR,
  downForSeconds: 6,
  instanceDownForSeconds: 6,
  associations: { ...thresholds.associations, nearLimitForSeconds: 3, rejected: 4, brokenMin: 4 },
  silence: { quietSeconds: HOUR, usedWithinSeconds: 2 * HOUR },
  refusedInstances: 3,
  sealFailures: 2,
  openBatchAgeSeconds: 300,
  heldBackForSeconds: 30,
  // The volume is that of the machine, whatever is on it.
  spool: { highRatio: 0.999, fullRatio: 0.9999, oldestAgeSeconds: 600, failingForSeconds: 8 },
  imports: { ...thresholds.imports, oldestAgeSeconds: 40, ledgerStaleSeconds: 60 },
  // The machine does more than this.
  eventLoopLagSeconds: 20,
  objectives: {
    acknowledged: { ...thresholds.objectives.acknowledged, withinSeconds: 10 },
    imported: { ...thresholds.objectives.imported, withinSeconds: 120, minEvents: 3 },
    burnRates: [{ factor: 14.4, longSeconds: 60, shortSeconds: 20, forSeconds: 1, severity: 'critical' }],
  },
};

import { createImportMetrics } from '../../service/telemetry/import-metrics.ts';
import { showLimits } from '../../service/telemetry/limit-gauges.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { openBatchAge } from '../../service/telemetry/open-batch-age.ts';
import { showSpool } from '../../service/telemetry/spool-gauges.ts';
import { showStoreBuffers } from '../../service/telemetry/store-buffer-gauges.ts';

const { registry } = createMetrics('1');
showLimits(registry, { maxAssociations: 1 });
openBatchAge(registry, () => 0);
showSpool(registry, { instances: 0, bytes: 0, oldestAgeMs: 0, usedRatio: 0, isFailing: false });
showStoreBuffers(registry, { usedBytes: 0, keptBytes: 0, budgetBytes: 0, waiting: 0 });
createImportMetrics(registry, { statuses: [], reasons: [], concurrentJobs: 1, nowMs: () => 0 });

/** Every metric that a service can have, and those that Prometheus makes. */
export const knownMetrics: ReadonlySet<string> = new Set([
  ...registry.getMetricsAsArray().map(({ name }) => name),
  'up',
  'ALERTS',
]);

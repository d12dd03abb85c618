import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { functionMetrics } from '../../lambdas/metrics.ts';

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'DicomStoreScp/here');
  // Powertools then writes where a test can see it.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  lines.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(JSON.parse(line)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('the metrics of a function are one line, and one more for each reason', () => {
  const metrics = functionMetrics('reconcile');
  metrics.add('InstancesFailed', 3);
  metrics.addFor('InstancesNotImported', 'ValidationException', 2);
  metrics.addFor('InstancesNotImported', 'unaccounted', 1);
  metrics.publish();
  metrics.publish();
  const told = (Name: string, dimensions: readonly string[]) => ({
    CloudWatchMetrics: [
      { Namespace: 'DicomStoreScp/here', Dimensions: [dimensions], Metrics: [{ Name, Unit: 'Count' }] },
    ],
  });
  expect(lines).toMatchObject([
    {
      _aws: told('InstancesNotImported', ['service', 'reason']),
      service: 'reconcile',
      reason: 'ValidationException',
      InstancesNotImported: 2,
    },
    { reason: 'unaccounted', InstancesNotImported: 1 },
    { _aws: told('InstancesFailed', ['service']), service: 'reconcile', InstancesFailed: 3 },
  ]);
  expect(lines).toHaveLength(3);
});

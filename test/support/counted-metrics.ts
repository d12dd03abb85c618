import type { FunctionMetrics } from '../../lambdas/metrics.ts';

/** Sums of what a function counted, by metric, or by metric and reason. */
export class CountedMetrics implements Omit<FunctionMetrics, 'publish'> {
  readonly sums: Record<string, number> = {};

  readonly add: FunctionMetrics['add'] = (name, value) => {
    this.sums[name] = (this.sums[name] ?? 0) + value;
  };

  readonly addFor: FunctionMetrics['addFor'] = (name, reason, value) => {
    const key = `${name} ${reason}`;
    this.sums[key] = (this.sums[key] ?? 0) + value;
  };
}

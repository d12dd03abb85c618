import { Metrics } from '@aws-lambda-powertools/metrics';
import type { FailureReason } from '../core/failure-reason.ts';
import type { PipelineFunctionName } from '../core/pipeline-functions.ts';
import { type PipelineMetricName, pipelineMetrics } from '../core/pipeline-metrics.ts';

/** What one invocation of a function has counted; nothing is sent until `publish`. */
export interface FunctionMetrics {
  readonly add: (name: PipelineMetricName, value: number) => void;
  /** The same, by reason; it is sent at once. */
  readonly addFor: (name: PipelineMetricName, reason: FailureReason, value: number) => void;
  readonly publish: () => void;
}

/** Metrics as lines of the log, in CloudWatch's embedded format. POWERTOOLS_METRICS_NAMESPACE names their namespace. */
export function functionMetrics(name: PipelineFunctionName): FunctionMetrics {
  const metrics = new Metrics({ serviceName: name });
  return {
    add: (metric, value) => {
      metrics.addMetric(metric, pipelineMetrics[metric].unit, value);
    },
    addFor: (metric, reason, value) => {
      const single = metrics.singleMetric();
      single.addDimension('reason', reason);
      single.addMetric(metric, pipelineMetrics[metric].unit, value);
    },
    publish: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

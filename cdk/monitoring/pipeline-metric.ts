import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';
import type { PipelineMetricName } from '../../core/pipeline-metrics.ts';
import { metricsNamespace } from './metrics-namespace.ts';

/** What a function of the stack tells of itself, from its lines in the embedded metric format. */
export const pipelineMetric = (
  scope: Construct,
  metricName: PipelineMetricName,
  service: PipelineFunctionName,
  statistic: string,
  period: Duration,
  label: string = metricName,
): Metric =>
  new Metric({
    namespace: metricsNamespace(scope),
    metricName,
    dimensionsMap: { service },
    statistic,
    period,
    label,
  });

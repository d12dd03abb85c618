import { MetricEditorMode, MetricQueryType, MetricsQueryBuilder } from '@grafana/grafana-foundation-sdk/cloudwatch';
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { graphBuilder } from './graph.ts';
import { dressed, type PanelText } from './panel.ts';
import { variable } from './variable.ts';

export interface CloudWatchQuery {
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: string;
  /** By dimension: a value, or `*` for each. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly legend: string;
}

export const cloudWatchSource = { type: 'cloudwatch', uid: variable('cloudwatch') } as const;

/** The course of metrics of CloudWatch. */
export function cloudWatchGraph(text: PanelText, ...queries: readonly CloudWatchQuery[]): PanelBuilder {
  const builder = dressed(graphBuilder(text), { min: 0, ...text }, cloudWatchSource);
  for (const [index, { namespace, metricName, statistic, dimensions, legend }] of queries.entries()) {
    builder.withTarget(
      new MetricsQueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .id('')
        .region('$region')
        .namespace(namespace)
        .metricName(metricName)
        .statistic(statistic)
        .dimensions({ ...dimensions })
        .matchExact(false)
        .period('')
        .label(legend)
        .metricQueryType(MetricQueryType.Search)
        .metricEditorMode(MetricEditorMode.Builder),
    );
  }
  return builder;
}

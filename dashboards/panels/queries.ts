import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import { metricName } from '../promql.ts';
import type { Query } from './panel.ts';

/** What is chosen at the head of a dashboard. */
const chosen = 'cluster=~"$cluster", namespace=~"$namespace", job=~"$job", instance=~"$instance"';
/** The same without the instance, for what rules have summed up. */
const chosenRelease = 'cluster=~"$cluster", namespace=~"$namespace", job=~"$job"';

const withMore = (more: string, labels: string) => (more === '' ? labels : `${more}, ${labels}`);

/** A metric of the service, of the instances that are chosen. */
export const metric = (suffix: string, more = ''): string => `${metricName(suffix)}{${withMore(more, chosen)}}`;

/** A metric of the process or of Node, of the same. */
export const processMetric = (name: string, more = ''): string => `${name}{${withMore(more, chosen)}}`;

/** A series that a recording rule makes. */
export const recorded = (name: string): string => `${name}{${chosenRelease}}`;

/** Events a second. */
export const rate = (suffix: string, more = ''): string => `rate(${metric(suffix, more)}[$__rate_interval])`;

/** Events in the time that is shown. */
export const inRange = (suffix: string, more = ''): string => `increase(${metric(suffix, more)}[$__range])`;

export function prometheusQuery({ expr, legend }: Query, refId: string, isInstant: boolean): DataqueryBuilder {
  const query = new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).editorMode(QueryEditorMode.Code);
  return isInstant ? query.instant().format(PromQueryFormat.Table) : query.range();
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { toDashboards } from '../panels/links.ts';
import { prometheusSource } from '../panels/panel.ts';
import { metricName } from '../promql.ts';

const TAG = 'dicom-store-scp';

export interface Row {
  /** A question that its panels answer. */
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
  /** Closed until somebody opens it: for those who have what it needs. */
  readonly isCollapsed?: boolean;
}

export interface Board {
  /** Behind `dicom-store-scp-` the uid, and the name of the file. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
  readonly from?: string;
  readonly refresh?: string;
  /** Shown on a wall, by nobody who could choose: no links and no heading of rows. */
  readonly isWall?: boolean;
  readonly variables?: readonly Parameters<DashboardBuilder['withVariable']>[0][];
}

const builds = metricName('build_info');

/** `label_values` of a label, of what was chosen before it. */
function labelVariable(label: string, title: string, before: readonly string[]): QueryVariableBuilder {
  const choice = before.map((name) => `${name}=~"$${name}"`).join(', ');
  return new QueryVariableBuilder(label)
    .label(title)
    .datasource(prometheusSource)
    .query({ qryType: 1, query: `label_values(${builds}{${choice}}, ${label})`, refId: 'Variable' })
    .definition(`label_values(${builds}{${choice}}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

/** The JSON model of a dashboard. */
export function dashboardOf(board: Board): DashboardBuilder {
  const { name, title, description, rows, from = 'now-3h', refresh = '30s', isWall = false, variables = [] } = board;
  const builder = new DashboardBuilder(title)
    .uid(`${TAG}-${name}`)
    .description(description)
    .tags([TAG, 'generated'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh(refresh)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(new DatasourceVariableBuilder('logs').label('Loki').type('loki'))
    .withVariable(new DatasourceVariableBuilder('traces').label('Tempo').type('tempo'))
    .withVariable(labelVariable('cluster', 'Cluster', []))
    .withVariable(labelVariable('namespace', 'Namespace', ['cluster']))
    .withVariable(labelVariable('job', 'Job', ['cluster', 'namespace']))
    .withVariable(labelVariable('instance', 'Instance', ['cluster', 'namespace', 'job']))
    .annotation(
      new AnnotationQueryBuilder()
        .name('Releases')
        .datasource(prometheusSource)
        .enable(true)
        .iconColor('blue')
        .expr(
          `count by (version) (${builds}{job=~"$job"}) unless count by (version) (${builds}{job=~"$job"} offset 2m)`,
        )
        .titleFormat('Version {{version}}'),
    );
  for (const variable of variables) builder.withVariable(variable);
  if (!isWall) builder.link(toDashboards());
  for (const { title: question, panels, isCollapsed = false } of rows) {
    if (isCollapsed) {
      const row = new RowBuilder(question).collapsed(true);
      for (const panel of panels) row.withPanel(panel);
      builder.withRow(row);
      continue;
    }
    if (!isWall) builder.withRow(new RowBuilder(question));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder;
}

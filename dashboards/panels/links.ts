import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { variable } from './variable.ts';

const pane = (source: string, query: Readonly<Record<string, unknown>>) =>
  JSON.stringify({
    a: {
      datasource: source,
      queries: [{ refId: 'A', ...query }],
      range: { from: variable('__from'), to: variable('__to') },
    },
  });

/** Text in a URL, with Grafana's variables left to be filled in. */
const inUrl = (text: string): string =>
  encodeURIComponent(text).replaceAll(/%24%7B(\w+)(?:%3A(\w+))?%7D/g, (_, name: string, format?: string) =>
    variable(name, format),
  );

const explore = (title: string, panes: string): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .targetBlank(true)
    .url(`/explore?schemaVersion=1&panes=${inUrl(panes)}`);

/** Lines of the service's log, in Loki. @param events names of `event`, as a regular expression */
export const toLogs = (events: string): DashboardLinkBuilder =>
  explore(
    'Logs',
    pane(variable('logs'), {
      expr: `{namespace=~"${variable('namespace', 'regex')}", container="dicom-store-scp"} | json | event=~"${events}"`,
    }),
  );

/** Traces of the service, in Tempo. @param query in TraceQL, without the service's name */
export const toTraces = (query = ''): DashboardLinkBuilder =>
  explore(
    'Traces',
    pane(variable('traces'), {
      queryType: 'traceql',
      query: `{ resource.service.name = "dicom-store-scp"${query === '' ? '' : ` && ${query}`} }`,
    }),
  );

/** From one dashboard to the others, in the same time and with the same choice. */
export const toDashboards = (): DashboardLinkBuilder =>
  new DashboardLinkBuilder('DICOM Store SCP')
    .type(DashboardLinkType.Dashboards)
    .tags(['dicom-store-scp'])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .targetBlank(false);

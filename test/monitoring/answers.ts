import { filledIn, type PanelQuery, panelQueries } from './panel-queries.ts';
import { rehearsalThresholds } from './rehearsal-thresholds.ts';
import type { Site } from './site.ts';

const RATE_SECONDS = 10;
const STEP_SECONDS = 2;

/** The queries of all panels that have no data in the time since the start. */
export async function unansweredQueries(site: Site): Promise<readonly PanelQuery[]> {
  const nowMs = Date.now();
  const rangeSeconds = Math.ceil((nowMs - site.startedAtMs) / 1_000);
  const unanswered: PanelQuery[] = [];
  for (const query of panelQueries(rehearsalThresholds)) {
    const expr = filledIn(query.expr, rangeSeconds, RATE_SECONDS);
    const series = await site.prometheus.queryRange(expr, site.startedAtMs, nowMs, STEP_SECONDS);
    const hasNumber = series.some(({ values = [] }) => values.some(([, value]) => value !== 'NaN'));
    if (!hasNumber) unanswered.push(query);
  }
  return unanswered;
}

/** The rules that Prometheus could not evaluate, and texts of alerts that could not be filled in. */
export async function brokenRules(site: Site): Promise<readonly string[]> {
  const rules = await site.prometheus.rules();
  return rules.flatMap(({ name, health, lastError, alerts = [] }) => [
    ...(health === 'ok' ? [] : [`${name}: ${health} ${lastError}`]),
    ...alerts.flatMap(({ annotations }) =>
      Object.values(annotations)
        .filter((text) => text.includes('<error') || text.includes('{{'))
        .map((text) => `${name}: ${text}`),
    ),
  ]);
}

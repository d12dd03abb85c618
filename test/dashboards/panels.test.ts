import { describe, expect, it } from 'vitest';
import { boards } from '../../dashboards/boards/boards.ts';
import { generatedFiles } from '../../dashboards/generated-files.ts';
import { alertNames, ruleGroups } from '../../dashboards/rules/rule-groups.ts';
import { thresholds } from '../../dashboards/thresholds.ts';
import { dashboardSchema, filledIn, type PanelModel, panelQueries, panelsOf } from '../monitoring/panel-queries.ts';
import { knownMetrics } from './known-metrics.ts';
import { parsePromql } from './promql-tree.ts';

const models = Object.entries(generatedFiles(thresholds))
  .filter(([name]) => name.endsWith('.json'))
  .map(([name, text]) => ({ name, text, model: dashboardSchema.parse(JSON.parse(text)) }));
const panels = models.flatMap(({ name, model }) =>
  panelsOf(model.panels)
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ board: name, title: String(panel.title), panel })),
);
const rules = ruleGroups(thresholds).flatMap((group) => group.rules);

/** A metric under the name that a selector has: a histogram's series have three. */
const baseOf = (name: string) => name.replace(/_(bucket|sum|count)$/, '');

describe('each dashboard', () => {
  it.each(models)('$name has a human uid, and its tags, and nobody edits it', ({ name, model }) => {
    expect(model.uid).toBe(`dicom-store-scp-${name.replace('.json', '')}`);
    expect(model.tags).toEqual(['dicom-store-scp', 'generated']);
    expect(model.editable).toBe(false);
  });

  it.each(models)('$name chains its variables', ({ text }) => {
    for (const [label, before] of [
      ['cluster', ''],
      ['namespace', 'cluster=~\\"$cluster\\"'],
      ['job', 'cluster=~\\"$cluster\\", namespace=~\\"$namespace\\"'],
      ['instance', 'cluster=~\\"$cluster\\", namespace=~\\"$namespace\\", job=~\\"$job\\"'],
    ])
      expect(text).toContain(`"label_values(dicom_store_scp_build_info{${before}}, ${label})"`);
  });

  it.each(models)('$name lays no panel over another', ({ model }) => {
    const places = model.panels.map(({ gridPos }) => gridPos as { x: number; y: number; w: number; h: number });
    for (const [index, a] of places.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const b of places.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, JSON.stringify([a, b])).toBe(true);
      }
    }
  });

  it('is found by the others', () => {
    expect(models.map(({ name }) => name).sort()).toEqual(
      boards(thresholds)
        .map(({ name }) => `${name}.json`)
        .sort(),
    );
  });
});

describe('each panel', () => {
  it.each(panels)('$board: $title says what it shows, in a unit, from a source that is chosen', ({ panel }) => {
    expect(panel.title).not.toBe('');
    expect(String(panel.description)).toMatch(/^[A-Z`].*[.`)]$/s);
    expect(unitOf(panel)).toMatch(/^\w+$/);
    expect(JSON.stringify(panel.datasource)).toMatch(/"\$\{(datasource|cloudwatch)\}"/);
    expect(panel.targets?.length).toBeGreaterThan(0);
  });

  it('names only alerts that there are', () => {
    const alarms = ['DeadLetters', 'EventsWaiting', 'SweepFailing'];
    const named = panels.flatMap(({ panel }) => String(panel.description).match(/\b[A-Z][a-z]+[A-Z]\w+\b/g) ?? []);
    const words = ['HealthImaging', 'CloudWatch', 'JavaScript'];
    expect(named.filter((name) => ![...alertNames(thresholds), ...alarms, ...words].includes(name))).toEqual([]);
  });
});

const unitOf = (panel: PanelModel): string => {
  const { fieldConfig } = panel as { fieldConfig?: { defaults?: { unit?: string } } };
  return fieldConfig?.defaults?.unit ?? '';
};

describe('each query', () => {
  const queries = panelQueries(thresholds);

  it.each(queries)('$board: $panel: $expr', ({ expr }) => {
    const { isBroken, metrics } = parsePromql(filledIn(expr, 3_600, 60));
    expect(isBroken).toBe(false);
    const recorded = new Set(rules.map(({ record }) => record));
    const unknown = metrics.filter((name) => !knownMetrics.has(baseOf(name)) && !recorded.has(name));
    expect(unknown).toEqual([]);
    for (const [window] of expr.matchAll(/\[[^\]]*\]/g)) {
      expect(['[$__rate_interval]', '[$__range]', '[1h]']).toContain(window);
    }
  });

  it('selects by every variable', () => {
    const selectors = queries.flatMap(({ expr }) => expr.match(/dicom_store_scp_\w+\{[^}]*\}/g) ?? []);
    expect(selectors.length).toBeGreaterThan(80);
    for (const selector of selectors) {
      for (const name of ['cluster', 'namespace', 'job', 'instance']) expect(selector).toContain(`${name}=~"$${name}"`);
    }
  });
});

describe('each rule', () => {
  it.each(rules)('$alert$record parses and asks for metrics that there are', ({ expr }) => {
    const { isBroken, metrics } = parsePromql(expr);
    expect(isBroken).toBe(false);
    const recorded = new Set(rules.map(({ record }) => record));
    expect(metrics.filter((name) => !knownMetrics.has(baseOf(name)) && !recorded.has(name))).toEqual([]);
  });
});

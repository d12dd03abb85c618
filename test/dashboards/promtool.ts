import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ruleGroups } from '../../dashboards/rules/rule-groups.ts';
import type { Thresholds } from '../../dashboards/thresholds.ts';
import type { SeriesOfCase } from './alert-cases.ts';

export interface PromtoolTest {
  readonly name: string;
  readonly series: SeriesOfCase;
  /** The names of the alerts that fire at the end, and of no others. */
  readonly fires: readonly string[];
}

export function promtool(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

/** Runs rules over series with the real promtool. @param at when to look, in promtool's notation */
export function testRules(folder: string, thresholds: Thresholds, tests: readonly PromtoolTest[], at: string) {
  writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: ruleGroups(thresholds) }));
  const file = join(folder, 'test.yaml');
  const groups = tests.map(({ name, series, fires }) => ({
    name,
    interval: '30s',
    input_series: Object.entries(series).map(([id, values]) => ({ series: id, values })),
    promql_expr_test: [
      {
        expr: 'max by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: at,
        exp_samples: fires.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
      },
    ],
  }));
  writeFileSync(file, stringify({ rule_files: ['rules.yaml'], evaluation_interval: '5m', tests: groups }));
  return promtool('test', 'rules', file);
}

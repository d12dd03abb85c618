import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertGroups, alertNames } from '../../dashboards/rules/rule-groups.ts';
import { thresholds } from '../../dashboards/thresholds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { alertCases, healthy } from './alert-cases.ts';
import { type PromtoolTest, promtool, testRules } from './promtool.ts';

const root = join(import.meta.dirname, '../..');
const runbooks = join(root, 'docs/runbooks');
const alerts = Object.values(alertGroups(thresholds)).flat();

/** Each case is a storage of its own to promtool. */
const patience = { timeout: 180_000 };

describe('the rules', () => {
  it('pass promtool check', () => {
    const checked = promtool('check', 'rules', join(root, 'dashboards/generated/prometheus-rules.yaml'));
    expect(checked).toMatchObject({ code: 0 });
  });

  it('fire for what they are for, and for nothing else', patience, async ({ onTestFinished }) => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const tests: readonly PromtoolTest[] = [
      { name: 'healthy', series: healthy, fires: [] },
      ...alertCases.flatMap(({ alert, firing, quiet, others = [], othersOfQuiet = [] }, index) => [
        { name: `${index} ${alert} fires`, series: { ...healthy, ...firing }, fires: [alert, ...others] },
        { name: `${index} ${alert} is quiet`, series: { ...healthy, ...quiet }, fires: othersOfQuiet },
      ]),
    ];
    expect(testRules(path, thresholds, tests, '2h').output).toContain('SUCCESS');
  });

  it('notice silence after use', async ({ onTestFinished }) => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const instances = 'dicom_store_scp_instances_total{result="kept",job="scp-admin",namespace="imaging",instance="a"}';
    const quick = { ...thresholds, silence: { quietSeconds: 1_800, usedWithinSeconds: 7_200 } };
    const tests = [
      { name: 'silent', series: { ...healthy, [instances]: '0+1x100 100x140' } },
      { name: 'in use', series: { ...healthy, [instances]: '0+1x240' } },
      { name: 'never used', series: { ...healthy, [instances]: '0x240' } },
    ].map(({ name, series }) => ({
      name,
      // The healthy release receives without end.
      series: Object.fromEntries(
        Object.entries(series).filter(([id]) => id === instances || !id.includes('instances_total')),
      ),
      fires: name === 'silent' ? ['NothingReceived'] : [],
    }));
    expect(testRules(path, quick, tests, '2h').output).toContain('SUCCESS');
  });

  it('have a case each', () => {
    const covered = new Set([...alertCases.map(({ alert }) => alert), 'NothingReceived']);
    expect([...covered].sort()).toEqual([...alertNames(thresholds)].sort());
  });
});

describe('every alert', () => {
  it('has a runbook, and every runbook an alert', () => {
    const files = readdirSync(runbooks).filter((file) => file !== 'README.md');
    expect(files.sort()).toEqual([...alertNames(thresholds)].map((name) => `${name}.md`).sort());
  });

  it.each(alertNames(thresholds))('%s has a runbook with its name and every part', (name) => {
    const text = readFileSync(join(runbooks, `${name}.md`), 'utf8');
    expect(text.split('\n')[0]).toBe(`# ${name}`);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What it says', 'What the modality sees', 'Investigate', 'Resolve']);
  });

  it.each(alerts)('$name ($severity) says what has happened, and where its runbook is', (alert) => {
    expect(alert.summary).toMatch(/\.$/);
    expect(alert.description).toMatch(/\.$/);
    const generated = readFileSync(join(root, 'dashboards/generated/prometheus-rules.yaml'), 'utf8');
    expect(generated).toContain(`runbook_url: docs/runbooks/${alert.name}.md`);
  });
});

import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartFiles } from '../../cdk8s/chart/chart-files.ts';
import { version } from '../../cdk8s/chart/minimal.ts';
import { readMonitoringFiles } from '../../cdk8s/monitoring-files.ts';
import type { MonitoringFiles } from '../../cdk8s/objects/context.ts';
import { synthesize } from '../../cdk8s/synthesize.ts';
import { readWrittenFiles } from '../../cdk8s/written-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { chart, helm, objectsIn, ordered, releaseIdentity, template, valuesFiles, valuesOf } from './helm.ts';

const root = join(import.meta.dirname, '../..');
const none: MonitoringFiles = { ruleGroups: [], dashboards: {} };
const some: MonitoringFiles = {
  ruleGroups: [
    { name: 'scp', rules: [{ alert: 'Down', expr: 'up == 0', annotations: { summary: '{{ $labels.pod }}' } }] },
  ],
  dashboards: { 'overview.json': '{"title": "{{pod}} \\"overview\\"", "panels": []}\n', 'wall.json': '{}\n' },
};

describe('charts/', () => {
  it('is what cdk8s/ generates', () => {
    const generated = chartFiles(readWrittenFiles(), readMonitoringFiles(join(root, 'dashboards')));
    const committed = globSync('**/{*,.*}', { cwd: join(root, 'charts'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + '/charts/'.length));
    expect(committed.sort()).toEqual(Object.keys(generated).sort());
    for (const [path, content] of Object.entries(generated)) {
      expect(readFileSync(join(root, 'charts', path), 'utf8'), `charts/${path}: run node cdk8s/main.ts`).toBe(content);
    }
  });

  it('has manifests for those without helm that are the default values', () => {
    const plain = objectsIn(readFileSync(join(root, 'charts/manifests/dicom-store-scp.yaml'), 'utf8'));
    const rendered = template(chart, '--set', 'settings.bucket=your-landing-bucket', '--no-hooks');
    const synthesized = ordered(plain).map((object) => without(object, ['app.kubernetes.io/managed-by']));
    const labelsOfHelm = ['helm.sh/chart', 'app.kubernetes.io/managed-by'];
    expect(ordered(rendered).map((object) => without(object, labelsOfHelm))).toEqual(synthesized);
  });
});

/** The same without these keys at any depth. */
const without = (node: unknown, keys: readonly string[]): unknown =>
  JSON.parse(JSON.stringify(node, (key, value) => (keys.includes(key) ? undefined : value)));

describe('the chart', () => {
  it('renders what cdk8s synthesizes from default values', () => {
    const synthesized = synthesize(releaseIdentity, { settings: { bucket: 'landing' } }, none);
    expect(ordered(template(chart, '--set', 'settings.bucket=landing'))).toEqual(ordered([...synthesized.values()]));
  });

  it.each(valuesFiles)('renders what cdk8s synthesizes from the values for %s', (_, file) => {
    const values = JSON.parse(JSON.stringify(valuesOf(file)).replaceAll('{{ .Release.Name }}', 'dicom-store-scp'));
    const synthesized = synthesize(releaseIdentity, values, readMonitoringFiles(join(root, 'dashboards')));
    expect(ordered(template(chart, '--values', file))).toEqual(ordered([...synthesized.values()]));
  });

  it('carries rules and dashboards as they are', async ({ onTestFinished }) => {
    const { path: parent, remove } = await temporaryFolder();
    onTestFinished(remove);
    const folder = join(parent, 'dicom-store-scp');
    for (const [path, content] of Object.entries(chartFiles(readWrittenFiles(), some))) {
      mkdirSync(dirname(join(parent, path)), { recursive: true });
      writeFileSync(join(parent, path), content);
    }
    const [, file = ''] = valuesFiles.find(([name]) => name === 'ha-three-zones') ?? [];
    const rendered = ordered(template(folder, '--values', file));
    expect(rendered).toEqual(ordered([...synthesize(releaseIdentity, valuesOf(file), some).values()]));
    expect(rendered.filter(({ kind }) => kind === 'PrometheusRule')).toHaveLength(1);
    expect(rendered.filter(({ metadata }) => JSON.stringify(metadata).includes('grafana_dashboard'))).toHaveLength(2);
  });

  it.each(valuesFiles)('passes lint --strict with the values for %s', (_, file) => {
    expect(helm('lint', '--strict', chart, '--values', file)).toMatchObject({ code: 0 });
  });

  it('is a package', async ({ onTestFinished }) => {
    const { path: folder, remove } = await temporaryFolder();
    onTestFinished(remove);
    expect(helm('package', chart, '--destination', folder)).toMatchObject({ code: 0 });
    expect(objectsIn(helm('show', 'chart', join(folder, `dicom-store-scp-${version}.tgz`)).stdout)).toMatchObject([
      {
        name: 'dicom-store-scp',
        version,
        appVersion: version,
        annotations: { 'artifacthub.io/license': 'Apache-2.0' },
      },
    ]);
  });

  it('says how to echo, and what is open', () => {
    const notes = (...args: string[]) => {
      const { code, stdout, stderr } = helm(
        'install',
        'scp',
        chart,
        '--dry-run=client',
        '--namespace',
        'imaging',
        ...args,
      );
      if (code !== 0) throw new Error(stderr);
      return stdout.slice(stdout.indexOf('NOTES:'));
    };
    const open = notes('--set', 'settings.bucket=landing');
    expect(open).toContain('echoscu -aec STORESCP localhost 11112');
    expect(open).toContain('Peers connect without TLS');
    expect(open).toContain('Any calling AE title may send');
    const [, guarded = ''] = valuesFiles.find(([name]) => name === 'on-premises') ?? [];
    const closed = notes('--values', guarded);
    expect(closed).toContain('rollout status statefulset/scp-dicom-store-scp');
    expect(closed).not.toContain('Peers connect without TLS');
    expect(closed).toContain('Credentials do not change by themselves');
  });
});

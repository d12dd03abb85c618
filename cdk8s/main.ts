import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chartFiles } from './chart/chart-files.ts';
import { readMonitoringFiles } from './monitoring-files.ts';
import { readWrittenFiles } from './written-files.ts';

const root = join(import.meta.dirname, '..');
const charts = join(root, 'charts');
const files = chartFiles(readWrittenFiles(), readMonitoringFiles(join(root, 'dashboards')));

rmSync(charts, { recursive: true, force: true });
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(charts, path)), { recursive: true });
  writeFileSync(join(charts, path), content);
}

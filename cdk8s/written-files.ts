import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './chart/chart-files.ts';

const folder = join(import.meta.dirname, 'chart/static');

/** The files of the chart that are written by hand, by their path below cdk8s/chart/static. */
export const readWrittenFiles = (): Files =>
  Object.fromEntries(
    globSync('**/{*,.*}', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedFiles } from '../../dashboards/generated-files.ts';
import { thresholds } from '../../dashboards/thresholds.ts';

const folder = join(import.meta.dirname, '../../dashboards/generated');
const files = generatedFiles(thresholds);

it('dashboards/generated is what dashboards/ generates', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
  for (const [name, text] of Object.entries(files)) {
    expect(readFileSync(join(folder, name), 'utf8'), `${name}: run npm run dashboards`).toBe(text);
  }
});

it('fits into ConfigMaps', () => {
  for (const text of Object.values(files)) expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
});

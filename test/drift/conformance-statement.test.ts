import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type StatusName, statuses } from '../../service/dicom/dimse/status.ts';
import { hex16 } from './conformance/markdown.ts';
import { serviceSections } from './conformance/service-sections.ts';
import { conformanceStatement } from './conformance/statement.ts';

/** `npm run docs` writes the file anew. */
const file = '../../docs/conformance-statement.md';

it('docs/conformance-statement.md says what the tables say', async () => {
  await expect(conformanceStatement(serviceSections)).toMatchFileSnapshot(file);
});

/** Names of statuses that the code of a room answers with. */
function answeredIn(room: string): readonly StatusName[] {
  const folder = join(import.meta.dirname, '../..', room);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const names = Object.keys(statuses) as StatusName[];
  const text = sources.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
  return names.filter((name) => text.includes(`statuses.${name}.code`));
}

it('the statement has every status that the upper layer answers with by itself', () => {
  const expected = answeredIn('service/dicom');
  const stated = serviceSections.flatMap((section) => section.statuses.map(([status]) => status));
  expect(expected.length).toBeGreaterThan(5);
  expect(expected.map((name) => hex16(statuses[name].code)).filter((status) => !stated.includes(status))).toEqual([]);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../../docs/performance.md');

/**
 * Puts Markdown between `<!-- name -->` and `<!-- /name -->` of docs/performance.md.
 * @throws Error when the document has no such section
 */
export async function writeSection(name: string, markdown: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [head = '', rest] = text.split(begin);
  const [, tail] = rest?.split(end) ?? [];
  if (tail === undefined) throw new Error(`docs/performance.md has no section ${name}`);
  await writeFile(path, `${head}${begin}\n\n${markdown}\n\n${end}${tail}`);
}

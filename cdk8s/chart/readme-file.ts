import { chosenSettings } from '../values/settings-values.ts';
import { defaultValues } from './default-values.ts';

/** README.md of the chart: what was written, and the tables of values. */
export function readmeFile(introduction: string): string {
  const values = defaultValues().map((row) => [
    code(row.path.join('.')),
    cell(row.description),
    code(JSON.stringify(row.default)),
  ]);
  const settings = chosenSettings().map(({ name, env, description, schema }) => {
    const fallback = name === 'store' ? 's3' : schema.safeParse(undefined).data;
    return [
      code(`settings.${name}`),
      cell(`${description} (${code(env)})`),
      fallback === undefined ? '' : code(JSON.stringify(fallback)),
    ];
  });
  return `${introduction}
## Values

${table(['value', 'what it is', 'default'], values)}
## Settings of the service

${table(['value', 'what it is', 'default of the service'], settings)}`;
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** As the repository's formatter has it: columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[], filler: string) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0, filler)).join(' | ')} |\n`;
  const rule = head.map(() => '---');
  return line(head, ' ') + line(rule, '-') + rows.map((cells) => line(cells, ' ')).join('');
}

import { z } from 'zod';
import { appSettingsSchema } from '../app-settings-schema.ts';

const BEGIN = '<!-- settings: written by `node cdk/settings-table/main.ts` -->';
const END = '<!-- end of the settings -->';

/** The document with its table of settings as the schema has it. */
export function withSettings(document: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`the document has no place for the settings: ${BEGIN}`);
  const rows = Object.entries(appSettingsSchema.shape).map(([name, schema]) => row(name, schema));
  return `${before}${BEGIN}\n\n| setting | what it is | default |\n| --- | --- | --- |\n${rows.join('\n')}\n\n${END}${after}`;
}

function row(name: string, schema: z.ZodType): string {
  const standard = schema instanceof z.ZodDefault ? `\`${String(schema.parse(undefined))}\`` : '';
  return `| \`scp:${name}\` | ${schema.description ?? ''} | ${standard} |`;
}

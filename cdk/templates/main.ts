import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions } from './bundle-functions.ts';
import { renderTemplates, templatesApp } from './templates.ts';

/**
 * Writes the CloudFormation templates to `cdk/templates/generated`. With `--functions <folder>`, bundles the code of the
 * functions into that folder instead, one sub-folder each, to be zipped and put where the parameters say.
 */
const { functions } = parseArgs({ options: { functions: { type: 'string' } } }).values;
if (functions === undefined) {
  const { context } = JSON.parse(await readFile(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  const folder = join(import.meta.dirname, 'generated');
  await mkdir(folder, { recursive: true });
  for (const [name, template] of renderTemplates(templatesApp(context))) {
    await writeFile(join(folder, `${name}.template.json`), `${JSON.stringify(template, null, 1)}\n`);
  }
} else {
  await bundleFunctions(functions);
}

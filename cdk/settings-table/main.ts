import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSettings } from './settings-table.ts';

/** Writes the table of settings into docs/deploy-aws.md. */
const path = join(import.meta.dirname, '../../docs/deploy-aws.md');
await writeFile(path, withSettings(await readFile(path, 'utf8')));

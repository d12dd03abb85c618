import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withMatrix } from './render.ts';

/** Writes the control matrix into docs/security.md. */
const path = join(import.meta.dirname, '../../docs/security.md');
await writeFile(path, withMatrix(await readFile(path, 'utf8')));

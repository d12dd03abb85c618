import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { costDocument } from './render.ts';

/** Writes docs/cost.md. */
await writeFile(join(import.meta.dirname, '../../docs/cost.md'), costDocument());

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles } from './generated-files.ts';
import { thresholds } from './thresholds.ts';

const { values } = parseArgs({
  options: {
    /** What `runbook_url` of every alert begins with. */
    runbooks: { type: 'string', default: thresholds.runbooks },
    out: { type: 'string', default: join(import.meta.dirname, 'generated') },
  },
});

rmSync(values.out, { recursive: true, force: true });
mkdirSync(values.out, { recursive: true });
for (const [name, text] of Object.entries(generatedFiles({ ...thresholds, runbooks: values.runbooks }))) {
  writeFileSync(join(values.out, name), text);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** The variables that the local edition wrote for the command line. */
export async function localEnvironment(dataFolder: string): Promise<Record<string, string>> {
  const parsed = parseEnv(await readFile(join(dataFolder, 'local.env'), 'utf8'));
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The command of the image, run from this checkout: the service with the options of Node that it is shipped with. */
export const shippedService: readonly [command: string, ...args: string[]] = (() => {
  const [, words = '[]'] = /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? [];
  const [, ...args]: readonly string[] = JSON.parse(words);
  return [process.execPath, ...args.slice(0, -1), join(root, args.at(-1) ?? '')];
})();

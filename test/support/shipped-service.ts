import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** The command of the image, run from this checkout: the service with the options of Node that it is shipped with. */
export const shippedService: readonly [command: string, ...args: string[]] = (() => {
  const [, words = '[]'] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
  const [, ...args]: readonly string[] = JSON.parse(words);
  return [process.execPath, ...args.slice(0, -1), join(root, args.at(-1) ?? '')];
})();

/** What the image sets in the environment of every process. */
export const shippedEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, settings = '']) =>
    settings.split(' ').map((setting) => setting.split('=') as [string, string]),
  ),
);

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Finished } from '../support/run-command.ts';
import { type Page, root } from './pages.ts';

/** Blocks of a page that begin with this are run. */
const RUNNABLE = 'sh runnable';

export const runnableBlocks = ({ blocks }: Page): readonly string[] =>
  blocks.filter(({ info }) => info === RUNNABLE).map(({ text }) => text);

/** `npm run cli` as npm would run it, but in the folder where the block is run. */
const npm = `npm() {
  [ "$1" = run ] && shift
  [ "$1" = -s ] && shift
  [ "$1" = cli ] && [ "$2" = -- ] || { echo "npm $*: only the command line is run by this test" >&2; return 1; }
  shift 2
  "$NODE" "$REPOSITORY/service/cli/main.ts" "$@"
}
`;

/** Runs all of a page's blocks as one script, in a folder. Nothing of the caller's environment but the path is seen. */
export function runBlocks(page: Page, folder: string): Promise<Finished> {
  const script = `set -euo pipefail\n${npm}${runnableBlocks(page).join('\n')}`;
  const env = { PATH: process.env.PATH, NODE: process.execPath, REPOSITORY: join(root), HOME: folder };
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

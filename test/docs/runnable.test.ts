import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages } from './pages.ts';
import { runBlocks, runnableBlocks } from './run-blocks.ts';

const withCommands = pages.filter((page) => runnableBlocks(page).length > 0);

/** Takes long, and is run by the test that looks at what comes of it. */
const elsewhere = 'docs/deploy-on-premises.md';

describe('commands of the documents', () => {
  it('are marked where they can be run', () => {
    expect(withCommands.map(({ path }) => path)).toContain(elsewhere);
  });

  it.each(withCommands.filter(({ path }) => path !== elsewhere).map((page) => [page.path, page] as const))(
    'of %s work',
    async (_, page) => {
      const folder = await mkdtemp(join(tmpdir(), 'runnable-'));
      try {
        const { code, output } = await runBlocks(page, folder);
        expect([code, output]).toEqual([0, output]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    120_000,
  );

  it('fail the test when they fail', async () => {
    const broken = { path: '', prose: '', links: [], anchors: new Set<string>() };
    const runBroken = (text: string) => runBlocks({ ...broken, blocks: [{ info: 'sh runnable', text }] }, tmpdir());
    expect((await runBroken('false\ntrue\n')).code).toBe(1);
    expect((await runBroken('npm run check\ntrue\n')).output).toContain('only the command line');
  });
});

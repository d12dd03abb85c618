import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockOf, pageOf } from '../docs/pages.ts';
import { run } from '../support/run-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'systemd-unit-'));
});
afterAll(() => rm(folder, { recursive: true }));

const guide = pageOf('docs/deploy-on-premises.md');
const unit = blockOf(guide, 'ini', 'ExecStart').replace('/usr/bin/node', process.execPath);

async function verify(text: string) {
  const file = join(folder, 'dicom-store-scp.service');
  await writeFile(file, text);
  return run('systemd-analyze', ['verify', file]);
}

it('systemd takes the unit of the guide for one node', async () => {
  expect(await verify(unit)).toEqual({ code: 0, output: '' });
});

it('systemd does not take a unit with a mistake in it', async () => {
  const { output } = await verify(unit.replace('Restart=always', 'Restart=sometimes'));
  expect(output).toContain('sometimes');
});

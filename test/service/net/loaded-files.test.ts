import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadedFiles } from '../../../service/net/loaded-files.ts';
import { FakeClock } from '../../support/fake-clock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loaded-'));
  path = join(folder, 'file');
  await writeFile(path, '1');
});
afterEach(() => rm(folder, { recursive: true }));

async function open(clock = new FakeClock()) {
  const told: unknown[] = [];
  let loads = 0;
  const files = await LoadedFiles.open({
    paths: [path],
    intervalMs: 1_000,
    schedule: clock.schedule,
    load: async () => {
      loads += 1;
      const number = Number(await readFile(path, 'utf8'));
      if (Number.isNaN(number)) throw new Error('not a number');
      return number;
    },
    onReloaded: (value) => told.push(value),
    onFailed: (error) => told.push(String(error)),
  });
  return { clock, files, told, loads: () => loads };
}

describe('LoadedFiles', () => {
  it('loads once while nothing changes', async () => {
    const { files, told, loads } = await open();
    await files.check();
    await files.check();
    expect({ value: files.value, told, loads: loads() }).toEqual({ value: 1, told: [], loads: 1 });
  });

  it('loads what has changed', async () => {
    const { files, told } = await open();
    await writeFile(path, '20');
    await files.check();
    expect({ value: files.value, told }).toEqual({ value: 20, told: [20] });
  });

  it('keeps what it has when the new cannot be loaded, and reports it once', async () => {
    const { files, told } = await open();
    await writeFile(path, 'x!');
    await files.check();
    await files.check();
    expect({ value: files.value, told }).toEqual({ value: 1, told: ['Error: not a number'] });
    await writeFile(path, '300');
    await files.check();
    expect(files.value).toBe(300);
  });

  it('notices a file that is gone, and one that is back', async () => {
    const { files, told } = await open();
    await rm(path);
    await files.check();
    expect(files.value).toBe(1);
    await writeFile(path, '4');
    await files.check();
    expect(told).toEqual([expect.stringContaining('ENOENT'), 4]);
  });

  it('sees through links that are swapped, as in a mounted secret', async () => {
    await rename(path, join(folder, 'first'));
    await writeFile(join(folder, 'second'), '2');
    await symlink('first', path);
    const { files } = await open();
    await symlink('second', join(folder, 'next'));
    await rename(join(folder, 'next'), path);
    await files.check();
    expect(files.value).toBe(2);
  });

  it('looks by itself, again and again', async () => {
    const clock = new FakeClock();
    const { files } = await open(clock);
    for (const text of ['50', '600']) {
      await writeFile(path, text);
      await clock.advance(1_000);
      await files.check();
      expect(files.value).toBe(Number(text));
      while (clock.nextTaskMs === undefined) await clock.advance(0);
    }
  });

  it('does not open when the first cannot be loaded', async () => {
    await writeFile(path, 'x');
    await expect(open()).rejects.toThrow('not a number');
  });
});

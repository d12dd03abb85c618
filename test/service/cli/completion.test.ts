import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandTable } from '../../../service/cli/command-table.ts';
import { completionScript } from '../../../service/cli/completion.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const folder = await temporaryFolder();
const script = join(folder.path, 'completion.bash');
beforeAll(() => writeFile(script, completionScript('bash', commandTable)));
afterAll(() => folder.remove());

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _dicom_store_scp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', program, 'bash', script, ...words]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it('offers commands', async () => {
    expect(await offered('dicom-store-scp', '')).toEqual(commandTable.map(({ name }) => name));
    expect(await offered('dicom-store-scp', 'ba')).toEqual(['batches', 'batch']);
  });

  it('offers the options of a command', async () => {
    expect(await offered('dicom-store-scp', 'reconcile', '--')).toEqual(['--write', '--json', '--help']);
  });

  it('offers the words that an option or a place may be', async () => {
    expect(await offered('dicom-store-scp', 'batches', '--status', 'f')).toEqual(['failed']);
    expect(await offered('dicom-store-scp', 'completion', 'z')).toEqual(['zsh']);
  });

  it('offers files where a path is meant', async () => {
    expect(await offered('dicom-store-scp', 'send', `${folder.path}/comp`)).toEqual([script]);
    expect(await offered('dicom-store-scp', 'echo', '--tls-ca', `${folder.path}/comp`)).toEqual([script]);
  });
});

describe('completion in zsh', () => {
  it('describes every command and option', () => {
    const text = completionScript('zsh', commandTable);
    expect(text).toMatch(/^#compdef dicom-store-scp\n/);
    for (const { name, options } of commandTable) {
      expect(text).toContain(`'${name}:`);
      for (const option of Object.keys(options)) expect(text).toContain(`'--${option}[`);
    }
  });

  it('has its quotes balanced, as a shell reads them', async () => {
    const path = join(folder.path, 'completion.zsh');
    await writeFile(path, completionScript('zsh', commandTable));
    // What is quoted is the same in both shells; bash reads to the end of an open quote and complains.
    await expect(run('bash', ['-n', path])).resolves.toBeDefined();
  });
});

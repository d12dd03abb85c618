import { describe, expect, it } from 'vitest';
import { commandTable } from '../../../service/cli/command-table.ts';
import { parseCommand } from '../../../service/cli/parse-command.ts';
import { runCli } from '../../../service/cli/run-cli.ts';
import { keptContext } from '../../support/cli-context.ts';

const said = async (...args: string[]) => {
  const { context, kept } = keptContext();
  return { exitCode: await runCli(commandTable, args, context), ...kept };
};

describe('the command table', () => {
  it('names each command once, in words that shells take', () => {
    const names = commandTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*$/);
  });

  it('has positionals that may be left out behind those that may not', () => {
    for (const { positionals } of commandTable) {
      const required = positionals.map((spec) => spec.required);
      expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    }
  });

  it('has examples that its own parser takes', () => {
    for (const command of commandTable) {
      for (const example of command.examples) {
        const [name, ...args] = example.split(/\s+>/)[0]?.split(' ') ?? [];
        expect(name).toBe(command.name);
        expect(() => parseCommand(command, args)).not.toThrow();
      }
    }
  });
});

describe('the command line', () => {
  it('names every command when it is asked nothing, and calls that wrong', async () => {
    const { exitCode, stdout } = await said();
    expect(exitCode).toBe(2);
    for (const { name, summary } of commandTable)
      expect(stdout).toContain(`${name.padEnd(12)}  ${summary.slice(0, 20)}`);
  });

  it.each(commandTable.map(({ name }) => name))('helps with %s', async (name) => {
    const { exitCode, stdout } = await said(name, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^usage: dicom-store-scp ${name}\\b`));
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it.each([
    [['nonsense'], 'there is no command nonsense'],
    [['batch'], '<id> is missing'],
    [['batch', 'a', 'b'], 'b is too much'],
    [['echo', '--nonsense'], "Unknown option '--nonsense'"],
    [['echo', '--port', '70000'], '70000 is no port'],
    [['send', 'x', '--associations', '0'], '--associations is a whole number from 1 to 64'],
    [['batches', '--status', 'odd'], '--status is one of registered, queued, importing'],
    [['completion', 'fish'], '<shell> is one of bash, zsh'],
    [['replay'], 'either <id> or --dead-letters'],
    [['replay', 'x', '--dead-letters'], 'either <id> or --dead-letters'],
    [['replay', '--dead-letters'], 'DEAD_LETTER_QUEUE_URLS is not set'],
    [['send', '/nowhere/at/all'], "no such file or directory, stat '/nowhere/at/all'"],
    [['peers', 'list'], 'SCP_FOLDER: needed when SCP_STORE is folder'],
    [['studies'], 'BATCHES_TABLE is not set, INSTANCES_TABLE is not set, STUDIES_TABLE is not set'],
  ])('says what is wrong with %j', async (args, problem) => {
    const { exitCode, stdout, stderr } = await said(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(problem);
    expect(stdout).toBe('');
  });
});

import type { Command, OptionSpec } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { commonOptions } from './parse-command.ts';

export const binaryName = 'dicom-store-scp';

/** `send <path>... [options]` */
export function synopsis({ name, positionals, options }: Command): string {
  const places = positionals.map((spec) => {
    const place = `<${spec.name}>${spec.many ? '...' : ''}`;
    return spec.required ? place : `[${place}]`;
  });
  return [name, ...places, ...(Object.keys(options).length > 0 ? ['[options]'] : [])].join(' ');
}

/** Every option of a command, its own first: `--to HOST`, and what it is for. */
export function optionRows(command: Command): readonly (readonly [string, string])[] {
  const options: Readonly<Record<string, OptionSpec>> = { ...command.options, ...commonOptions };
  return Object.entries(options).map(([name, { value, description, choices, default: otherwise }]) => {
    const notes = [
      ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
      ...(otherwise === undefined ? [] : [`Default: ${otherwise}.`]),
    ];
    return [value === undefined ? `--${name}` : `--${name} ${value}`, [description, ...notes].join(' ')];
  });
}

/** What one command takes. */
export function commandHelp(command: Command, columns: number): string {
  return [
    `usage: ${binaryName} ${synopsis(command)}`,
    '',
    ...(command.details.length === 0
      ? wrap(command.summary, columns)
      : [command.summary, '', ...command.details].flatMap((text) => wrap(text, columns))),
    '',
    ...definitionList(
      [
        ...command.positionals.map(({ name, description }) => [`<${name}>`, description] as const),
        ...optionRows(command),
      ],
      columns,
    ),
    ...(command.examples.length > 0 ? ['', ...command.examples.map((example) => `  ${binaryName} ${example}`)] : []),
  ].join('\n');
}

/** What there is. */
export function overallHelp(commands: readonly Command[], columns: number): string {
  return [
    `usage: ${binaryName} <command> [--json] [--help]`,
    '',
    ...definitionList(
      commands.map(({ name, summary }) => [name, summary] as const),
      columns,
    ),
    '',
    'exit codes',
    ...definitionList(
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning] as const),
      columns,
    ),
  ].join('\n');
}

function definitionList(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.flatMap(([term, text]) =>
    wrap(text, Math.max(20, columns - width - 4)).map(
      (line, index) => `  ${(index === 0 ? term : '').padEnd(width)}  ${line}`,
    ),
  );
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

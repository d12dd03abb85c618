import { parseArgs } from 'node:util';
import type { Command, GivenArguments } from './command.ts';
import { UsageError } from './exit-codes.ts';

/** What every command takes beside its own. */
export const commonOptions = {
  json: { type: 'boolean', description: 'Answer in JSON.' },
  help: { type: 'boolean', description: 'Say what the command takes.' },
} as const;

/**
 * Reads the arguments of a command, and makes sure that those it needs are there.
 * @throws UsageError
 */
export function parseCommand(command: Command, args: readonly string[]): GivenArguments {
  const options = { ...command.options, ...commonOptions };
  const { values, positionals } = readArguments(options, args);
  const { positionals: specs } = command;
  const missing = specs.find((spec, index) => spec.required && positionals[index] === undefined);
  if (missing !== undefined && values.help !== true) throw new UsageError(`<${missing.name}> is missing`);
  const surplus = specs.at(-1)?.many === true ? undefined : positionals[specs.length];
  if (surplus !== undefined) throw new UsageError(`${surplus} is too much`);
  for (const [index, { name, choices }] of specs.entries()) checkChoice(`<${name}>`, choices, positionals[index]);
  for (const [name, { choices }] of Object.entries(command.options)) checkChoice(`--${name}`, choices, values[name]);

  const text = (name: string): string | undefined => {
    const value = values[name] ?? command.options[name]?.default;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    positional: (index) => positionals[index] ?? '',
    text,
    flag: (name) => values[name] === true,
    count: (name, min, max) => {
      const given = text(name) ?? '';
      const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      if (!(value >= min && value <= max)) throw new UsageError(`--${name} is a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

function readArguments(
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  args: readonly string[],
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: types });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ', 1)[0] ?? '') : String(error));
  }
}

function checkChoice(name: string, choices: readonly string[] | undefined, value: unknown): void {
  if (choices === undefined || value === undefined || choices.some((choice) => choice === value)) return;
  throw new UsageError(`${name} is one of ${choices.join(', ')}`);
}

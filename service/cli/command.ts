import type { CliContext } from './context.ts';

/** An option of a command, as the parser, the help, the shells and the reference need it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** Stands for the value in the help: `HOST`. */
  readonly value?: string;
  readonly description: string;
  readonly default?: string;
  /** The words that it may be. */
  readonly choices?: readonly string[];
  /** Its value is a path. */
  readonly isPath?: boolean;
}

export interface PositionalSpec {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The last one only: takes all that follow. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly isPath?: boolean;
}

/** What a command found: for scripts, for people, and for the shell. */
export interface Outcome {
  readonly exitCode: number;
  readonly value: unknown;
  readonly text: string;
  /** What goes out as it is, whether JSON was asked for or not. */
  readonly raw?: boolean;
}

/** One command. The table of these makes the parser, the help, the completion and docs/cli.md. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What else is to be known, a paragraph each. */
  readonly details: readonly string[];
  readonly positionals: readonly PositionalSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  readonly run: (given: GivenArguments, context: CliContext) => Promise<Outcome>;
}

/** The arguments of one call, with what is missing or malformed said in the same words everywhere. */
export interface GivenArguments {
  readonly positionals: readonly string[];
  /** A positional that the parser has made sure of. */
  readonly positional: (index: number) => string;
  readonly text: (option: string) => string | undefined;
  readonly flag: (option: string) => boolean;
  /** @throws UsageError unless it is a whole number within the bounds */
  readonly count: (option: string, min: number, max: number) => number;
}

import { ConfigError } from '../../core/config.ts';
import { PeersFileError } from '../../core/peers.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { RoutesFileError } from '../../core/routes-file.ts';
import type { Command } from './command.ts';
import type { CliContext } from './context.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { HelmValuesError } from './helm-values.ts';
import { binaryName, commandHelp, overallHelp } from './help.ts';
import { parseCommand } from './parse-command.ts';
import { ScuError } from './scu/scu-error.ts';

/** Runs one command of the table, and says what it found. @returns the exit code */
export async function runCli(
  commands: readonly Command[],
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  const { stdout, stderr } = context;
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    stdout.write(`${overallHelp(commands, stdout.columns)}\n`);
    return name === undefined ? exitCodes.usage.code : exitCodes.ok.code;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    stderr.write(`there is no command ${name}\n\n${overallHelp(commands, stderr.columns)}\n`);
    return exitCodes.usage.code;
  }
  try {
    const given = parseCommand(command, rest);
    if (given.flag('help')) {
      stdout.write(`${commandHelp(command, stdout.columns)}\n`);
      return exitCodes.ok.code;
    }
    const { exitCode, value, text, raw = false } = await command.run(given, context);
    const answer = given.flag('json') && !raw ? JSON.stringify(value, undefined, 2) : text;
    if (answer !== '') stdout.write(`${answer}\n`);
    return exitCode;
  } catch (error) {
    const { message, exitCode } = failureOf(error);
    stderr.write(`${message}\n`);
    if (error instanceof UsageError) stderr.write(`See ${binaryName} ${name} --help.\n`);
    return exitCode;
  }
}

/** What kept a command from being done, in a sentence. */
function failureOf(error: unknown): { readonly message: string; readonly exitCode: number } {
  const message = messageOf(error);
  if (isUsage(error)) return { message, exitCode: exitCodes.usage.code };
  // The ledger does not let a batch go to where it should.
  if (error instanceof PipelineFault) return { message, exitCode: exitCodes.bad.code };
  if (error instanceof ScuError || isOfAws(error)) return { message, exitCode: exitCodes.unreachable.code };
  throw error;
}

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError ||
  error instanceof ConfigError ||
  error instanceof PeersFileError ||
  error instanceof RoutesFileError ||
  error instanceof HelmValuesError ||
  // A file that cannot be read: its path is in the message.
  (error instanceof Error && 'syscall' in error && 'path' in error);

/** The SDK marks what a service answered, and what kept it from asking: credentials, region, connection. */
const isOfAws = (error: unknown): boolean =>
  error instanceof Error &&
  ('$metadata' in error ||
    '$fault' in error ||
    'syscall' in error ||
    /^(CredentialsProviderError|TimeoutError)$/.test(error.name) ||
    error.message === 'Region is missing');

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name.endsWith('Error') ? error.message : `${error.name}: ${error.message}`;
}

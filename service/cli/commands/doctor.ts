import { ConfigError, parseConfig } from '../../../core/config.ts';
import type { Config } from '../../../core/config-schema.ts';
import type { Command } from '../command.ts';
import type { CliContext } from '../context.ts';
import { clockSkew, landingBucket, resultsBucket } from '../doctor/bucket-checks.ts';
import { type Diagnosis, diagnose, type Health } from '../doctor/check.ts';
import { certificate, configuration, volume } from '../doctor/machine-checks.ts';
import { datastore, deadLetters, ledgerTables, stateMachine } from '../doctor/pipeline-checks.ts';
import { dicomPort, readiness } from '../doctor/service-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import { ProgressBar } from '../progress-bar.ts';

const checks = [
  configuration,
  volume,
  certificate,
  landingBucket,
  resultsBucket,
  clockSkew,
  datastore,
  ledgerTables,
  stateMachine,
  deadLetters,
  readiness,
  dicomPort,
];

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check what must be right for images to arrive, each with its remedy.',
  details: [
    `Looks at: ${checks.map(({ name }) => name).join(', ')}. What is not set up in this environment is skipped. Nothing is changed, unless --write lets it write an object and delete it.`,
  ],
  positionals: [],
  options: { write: { type: 'boolean', description: 'Try to write to the landing bucket.' } },
  examples: ['doctor', 'doctor --write --json'],
  run: async (given, context) => {
    const { aws, clock, environment, newUid } = context;
    const bar = new ProgressBar(context.stderr);
    const found: Diagnosis[] = [];
    const patient = { aws, clock, environment, newUid, config: configOf(context), write: given.flag('write') };
    await diagnose(checks, patient, (diagnosis) => {
      found.push(diagnosis);
      bar.draw(found.length, checks.length, diagnosis.name);
    });
    bar.clear();
    return {
      exitCode: (found.some(({ health }) => health === 'ill') ? exitCodes.bad : exitCodes.ok).code,
      value: found,
      text: found.flatMap(lines).join('\n'),
    };
  },
};

function configOf({ environment }: CliContext): Config | undefined {
  try {
    return parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const marks: Readonly<Record<Health, string>> = { well: 'ok  ', doubtful: 'warn', ill: 'FAIL', skipped: '-   ' };

function lines({ name, health, detail, remedy }: Diagnosis): string[] {
  const indent = ' '.repeat(22);
  return [`${marks[health]}  ${name.padEnd(14)}  ${detail}`, ...(remedy === undefined ? [] : [`${indent}${remedy}`])];
}

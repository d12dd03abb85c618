#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../core/system-clock.ts';
import { AwsClients } from './aws-clients.ts';
import { commandTable } from './command-table.ts';
import type { Output } from './context.ts';
import { runCli } from './run-cli.ts';

const DEFAULT_COLUMNS = 100;

const outputOf = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => stream.write(text),
  isTty: stream.isTTY === true,
  columns: stream.columns ?? DEFAULT_COLUMNS,
});

// Whoever reads only the first lines, as `head` does, has seen enough.
process.stdout.on('error', () => process.exit());

process.exitCode = await runCli(commandTable, process.argv.slice(2), {
  environment: process.env,
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  clock: systemClock,
  random: Math.random,
  sleep: (ms) => sleep(ms),
  /** PS3.5 B.2: a UUID as a decimal number under 2.25. */
  newUid: () => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`,
  aws: new AwsClients(process.env),
  startService: async () => {
    await import('../main.ts');
  },
});

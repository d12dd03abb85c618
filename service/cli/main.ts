import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { LedgerReader } from './ledger-reader.ts';
import { reportBatch, reportStudies } from './report.ts';

const USAGE = `usage: cli <command> [--json]

  studies       every study: what was received, imported, failed
  batch <id>    one batch, instance by instance
`;

const EXIT_NOT_FOUND = 1;
const EXIT_USAGE = 2;

function openLedger(): LedgerReader {
  const table = (name: string) => {
    const value = process.env[name];
    if (value === undefined || value === '') {
      throw new Error(`${name} is not set: name the ledger's tables, or run \`npm start\` first to try locally`);
    }
    return value;
  };
  return new LedgerReader(DynamoDBDocumentClient.from(new DynamoDBClient()), {
    batches: table('BATCHES_TABLE'),
    instances: table('INSTANCES_TABLE'),
    studies: table('STUDIES_TABLE'),
  });
}

/** Runs one command; answers the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const print = (value: unknown, text: string) =>
    process.stdout.write(`${values.json ? JSON.stringify(value, undefined, 2) : text}\n`);
  const [command, id] = positionals;
  if (command === 'studies' && id === undefined) {
    const studies = await openLedger().studies();
    print(studies, reportStudies(studies));
    return 0;
  }
  if (command === 'batch' && id !== undefined) {
    const ledger = openLedger();
    const batch = await ledger.batch(id);
    if (batch === undefined) {
      process.stderr.write(`The ledger knows no batch ${id}.\n`);
      return EXIT_NOT_FOUND;
    }
    const instances = await ledger.instancesOf(id);
    print({ batch, instances }, reportBatch(batch, instances));
    return 0;
  }
  process.stderr.write(USAGE);
  return EXIT_USAGE;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
}

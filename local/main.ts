import { parseArgs } from 'node:util';
import { progressLines, serviceLine } from './console-lines.ts';
import { type Edition, startEdition } from './edition.ts';
import { OutwardAddressError } from './s3/outward-address.ts';
import { ServiceStartError } from './service-process.ts';

const EXIT_USAGE = 2;

const usage =
  'usage: npm start -- [--data .data] [--port 11112] [--admin-port 8080] [--verbose]\n                 [--s3-port 9000 [--s3-host 127.0.0.1]]';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.data' },
    port: { type: 'string', default: '11112' },
    'admin-port': { type: 'string', default: '8080' },
    's3-port': { type: 'string' },
    's3-host': { type: 'string', default: '127.0.0.1' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const print = (line: string) => process.stdout.write(`${new Date().toLocaleTimeString('sv')}  ${line}\n`);
const settings = Object.entries(process.env).filter(([name]) => /^(?:SCP|OTEL)_/.test(name));

async function run(): Promise<void> {
  const edition = await startEdition({
    dataFolder: values.data,
    dicomPort: Number(values.port),
    adminPort: Number(values['admin-port']),
    s3Door: values['s3-port'] === undefined ? undefined : { host: values['s3-host'], port: Number(values['s3-port']) },
    environment: Object.fromEntries(settings) as Record<string, string>,
    onServiceLog: (line) => {
      const text = serviceLine(line);
      if (text !== undefined) print(text);
      else if (values.verbose) print(JSON.stringify(line));
    },
    onProgress: (progress) => {
      for (const line of progressLines(progress)) print(line);
    },
    onFunctionLog: (line) => {
      if (values.verbose) print(line);
    },
  });
  process.stdout.write(`
DICOM Store SCP listens on port ${edition.dicomPort} as STORESCP. Behind it the import pipeline runs on this machine.

  echo    npm run cli -- echo
  send    npm run cli -- send <folder>
  see     http://localhost:${edition.adminPort}/status
  ask     npm run cli -- studies, and npm run cli -- help for more

${doorLines(edition)}The token that the page asks for is in ${values.data}/operator-token. Objects, ledger and image sets are kept in
${values.data}. Ctrl-C seals what is open and stops.

`);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await edition.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const { code, stderr } = await edition.serviceExited;
  if (stopping) return;
  process.stderr.write(`The service ended unexpectedly (${code}).\n${stderr}`);
  process.exit(1);
}

/** For a cluster on this machine whose pods store here. */
const doorLines = ({ s3Door, bucket }: Edition): string =>
  s3Door === undefined
    ? ''
    : `Pods of a cluster store at ${s3Door.endpoint} into the bucket ${bucket}. Their credentials: ${s3Door.credentialsFile}

`;

/** Why the door for pods cannot be opened. Anything else is thrown on. */
function doorProblem(error: unknown): string {
  const isPort = error instanceof Error && 'syscall' in error && error.syscall === 'listen';
  if (error instanceof OutwardAddressError || isPort) return `--s3-host, --s3-port: ${error.message}`;
  throw error;
}

if (values.help) process.stdout.write(`${usage}\n`);
else {
  try {
    await run();
  } catch (error) {
    const [problem, exitCode] =
      error instanceof ServiceStartError ? [error.message, error.exitCode] : [doorProblem(error), EXIT_USAGE];
    process.stderr.write(`${problem}\n`);
    process.exit(exitCode);
  }
}

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { reportStudies } from '../../service/cli/report.ts';
import { installDebianPackages } from '../support/debian-packages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { editions } from './editions.ts';
import { emulatedAws } from './emulated-aws.ts';
import { rehearseDeployment } from './rehearsal.ts';
import { reportDeployment } from './report.ts';
import { problemsOf } from './verdict.ts';

const usage = `usage: npm run deploy:emulator -- --endpoint URL [--edition fargate|eks] [--without TYPE]… [--timeout SECONDS]

  --endpoint  an emulator of AWS that runs already, e.g. http://127.0.0.1:4566
  --edition   which stack of the app (fargate)
  --without   a type of resource that is not deployed; what the emulator says that it cannot do is found out
  --timeout   how long the studies may take from their sending to their arrival (300)
`;

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    edition: { type: 'string', default: 'fargate' },
    without: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
});

const print = (text: string) => process.stdout.write(`${text}\n`);

async function run(endpoint: string): Promise<number> {
  installDebianPackages({ storescu: 'dcmtk' });
  const folder = await temporaryFolder();
  let exitCode = 1;
  try {
    const rehearsed = await rehearseDeployment({
      aws: emulatedAws(endpoint),
      folder: folder.path,
      path: process.env.PATH ?? '',
      edition: z.enum(editions).parse(values.edition),
      without: values.without,
      deadlineMs: Number(values.timeout) * 1_000,
      onStep: (text) => print(`${new Date().toLocaleTimeString('sv')}  ${text}`),
    });
    print(`\n${reportDeployment(rehearsed)}\n\n${reportStudies(rehearsed.studies)}\n`);
    const problems = problemsOf(rehearsed);
    print(problems.length === 0 ? 'ok: all that was sent is imported' : `BROKEN:\n${problems.join('\n')}`);
    exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await folder.remove();
  }
  return exitCode;
}

if (values.help) print(usage);
else if (values.endpoint === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  // The peer of storage commitment would stay for as long as it might have had to wait.
  process.exit(await run(values.endpoint));
}

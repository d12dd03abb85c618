import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { cpuTimes } from './measure/machine.ts';
import { type Measurement, measure } from './measure/measure.ts';
import { type Receiver, receivers } from './receivers.ts';
import { preamble, ratioTable, receiverTable } from './report.ts';
import { measureSdkLoop, type SdkLoopFigures } from './s3/measure-sdk-loop.ts';
import { S3Drains } from './s3/s3-drain.ts';
import { selfSigned } from './s3/self-signed.ts';
import { awsEnvironment, serviceTo } from './s3/store-receivers.ts';
import { memoryTable, sdkLoopTable } from './s3/store-report.ts';
import { storeWorkloads } from './s3/store-workloads.ts';

/**
 * The whole service with the S3 store against an S3 that forgets: by requests of our own, by the SDK's, and in turn with
 * the receive path alone and the SDK alone. Prints Markdown; `--write` puts it between the markers of
 * docs/performance.md. `--quick` sends a tenth, in three rounds; `--only` takes the workloads whose names match.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const PDU_BYTES = 131_072;
const CT_BYTES = 525_000;
const DELAY_MS = 25;
/** Rates are compared; the whole load would take minutes. */
const SDK_SHARE = 0.4;

const rounds = values.quick ? 3 : Number(values.rounds);
const only = new RegExp(values.only);
const document = join(import.meta.dirname, '../../docs/performance.md');
const say = (text: string): boolean => process.stderr.write(text);

const below = await mkdtemp(join(tmpdir(), 'bench-store-'));
const generator = Generator.prepare(below);
const drains = S3Drains.prepare(below);
const { keyPath, certificatePath } = selfSigned(below);
const [atOnce, delayed, overTls] = await Promise.all([
  drains.start(0),
  drains.start(DELAY_MS),
  drains.startTls(keyPath, certificatePath),
]);

const bySdk = { SCP_S3_CLIENT: 'sdk' };
const trusting = { NODE_EXTRA_CA_CERTS: certificatePath };
const hasLibStorage = isInstalled('@aws-sdk/lib-storage');
const dcmjs: Receiver = {
  name: 'dcmjs-dimse with lib-storage',
  command: ({ port }) => [process.execPath, join(import.meta.dirname, 's3/dcmjs-s3-service.ts'), `${port}`],
  environment: () => awsEnvironment(atOnce),
  share: 0.25,
};
const workloads = storeWorkloads(
  {
    discarding: receivers.oursDiscarding,
    direct: serviceTo(atOnce, 'ours, to S3'),
    sdk: { ...serviceTo(atOnce, 'ours, to S3 by the SDK', bySdk), share: SDK_SHARE },
    directTls: serviceTo(overTls, 'ours, to S3 over TLS', trusting),
    sdkTls: {
      ...serviceTo(overTls, 'ours, to S3 over TLS by the SDK', { ...trusting, ...bySdk }),
      share: SDK_SHARE,
    },
    directDelayed: serviceTo(delayed, 'ours, to a slow S3'),
    sdkDelayed: serviceTo(delayed, 'ours, to a slow S3 by the SDK', bySdk),
    dcmjs: hasLibStorage ? dcmjs : undefined,
  },
  values.quick,
).filter(({ name }) => only.test(name));

const cases = workloads.map((workload) => {
  const all = [workload.ours, ...workload.comparisons.map(({ peer }) => peer)];
  const measurements = new Map<Receiver, Measurement[]>(all.map((receiver) => [receiver, []]));
  return { workload, pduBytes: PDU_BYTES, measurements };
});
const sdkLoop: SdkLoopFigures[] = [];
const before = cpuTimes();

try {
  for (let round = 1; round <= rounds; round++) {
    sdkLoop.push(await measureSdkLoop(atOnce, values.quick ? 200 : 800, CT_BYTES));
    for (const { workload, measurements } of cases) {
      const script = loadScript(workload.image, PDU_BYTES);
      for (const [receiver, taken] of measurements) {
        const measured = await measure(receiver, workload, PDU_BYTES, script, generator, below);
        taken.push(measured);
        const { 'MB/s': rate, 'CPU s/GB': cost } = measured.figures;
        const figures = `${rate.toFixed(0)} MB/s, ${cost.toFixed(2)} CPU s/GB`;
        say(`round ${round}/${rounds}: ${workload.name}: ${receiver.name}: ${figures}\n`);
      }
    }
  }
} finally {
  await Promise.all([atOnce.stop(), delayed.stop(), overTls.stop()]);
  await rm(below, { recursive: true, force: true });
}

const after = cpuTimes();
const stolenShare = (after.stolen - before.stolen) / (after.all - before.all);
const report = [
  preamble({ rounds, quick: values.quick, generator: generator.description, stolenShare, isAwake: false }),
  ...(hasLibStorage ? [] : ['Without dcmjs-dimse and lib-storage: `@aws-sdk/lib-storage` is not installed.']),
  ratioTable(cases),
  sdkLoopTable(sdkLoop),
  memoryTable(cases),
  ...cases.map(receiverTable),
].join('\n\n');
process.stdout.write(`${report}\n`);
if (values.write) {
  const text = existsSync(document) ? await readFile(document, 'utf8') : '';
  const [, head = `${text}\n<!-- store -->\n`, tail = '<!-- /store -->\n'] =
    /^([\s\S]*<!-- store -->\n)[\s\S]*(<!-- \/store -->[\s\S]*)$/.exec(text) ?? [];
  await writeFile(document, `${head}\n${report}\n\n${tail}`);
}

function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== '';
  } catch {
    return false;
  }
}

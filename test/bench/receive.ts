import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installDebianPackages } from '../support/debian-packages.ts';
import { Generator } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { emptyFiles } from './measure/empty-files.ts';
import { keepAwake } from './measure/keep-awake.ts';
import { cpuTimes } from './measure/machine.ts';
import { type Measurement, measure } from './measure/measure.ts';
import { drains, type TransportLimit, transportLimit } from './measure/transport-limit.ts';
import type { Receiver } from './receivers.ts';
import { limitTable, preamble, type Result, ratioTable, receiverTable, rssTable } from './report.ts';
import { type Workload, workloads } from './workloads.ts';
import { writeSection } from './write-section.ts';

/**
 * Peers and us, in turn, in the same run. Prints Markdown; `--write` puts it between the markers of
 * docs/performance.md. `--quick` sends a tenth, in three rounds; `--only` takes the workloads and receivers whose names
 * match; `--let-halt` lets processors halt whenever nobody has work for them.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    pdu: { type: 'string', default: '131072,16384' },
    folder: { type: 'string', default: tmpdir() },
    'let-halt': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const rounds = values.quick ? 3 : Number(values.rounds);
const only = new RegExp(values.only);
const say = (text: string): boolean => process.stderr.write(text);

installDebianPackages({ storescp: 'dcmtk', Orthanc: 'orthanc', gcc: 'gcc' });
const below = await mkdtemp(join(values.folder, 'bench-'));
const generator = Generator.prepare(below);
const awake = values['let-halt'] ? undefined : keepAwake(below);

/** A tenth of the instances, or an eighth of the only one; a third to warm up, as cold code would be measured otherwise. */
function quickened(workload: Workload): Workload {
  const { image, instancesPerAssociation, warmUp } = workload;
  if (!values.quick) return workload;
  return instancesPerAssociation === 1
    ? { ...workload, image: { ...image, frames: image.frames / 8 } }
    : { ...workload, instancesPerAssociation: instancesPerAssociation / 10, warmUp: Math.ceil(warmUp / 3) };
}

function receiversOf({ ours, comparisons }: Workload): readonly Receiver[] {
  return [ours, ...comparisons.map(({ peer }) => peer)];
}

const cases = values.pdu.split(',').flatMap((pdu) =>
  workloads.map((workload) => {
    const receivers = receiversOf(workload).filter(({ name }) => only.test(`${workload.name} ${pdu} ${name}`));
    const measurements = new Map<Receiver, Measurement[]>(receivers.map((receiver) => [receiver, []]));
    return { workload: quickened(workload), pduBytes: Number(pdu), measurements };
  }),
);
const drained = join(below, 'drained');
await mkdir(drained);
const raw = drains(generator, join(drained, 'file'));
const limits = new Map<string, TransportLimit[]>(Object.keys(raw).map((name) => [name, []]));
const before = cpuTimes();

try {
  for (let round = 1; round <= rounds; round++) {
    for (const [name, command] of Object.entries(raw)) {
      limits.get(name)?.push(await transportLimit(generator, command, values.quick ? 2e8 : 2e9));
      await emptyFiles(drained);
    }
    for (const { workload, pduBytes, measurements } of cases) {
      if (measurements.size === 0) continue;
      const script = loadScript(workload.image, pduBytes);
      // Whoever comes first writes into memory that is colder: it changes from round to round.
      const inTurn = round % 2 === 1 ? [...measurements] : [...measurements].reverse();
      for (const [receiver, taken] of inTurn) {
        say(`\rround ${round}/${rounds}: ${workload.name}, PDUs of ${pduBytes}: ${receiver.name}\u001b[K`);
        taken.push(await measure(receiver, workload, pduBytes, script, generator, below));
      }
    }
  }
} finally {
  await awake?.stop();
  await rm(below, { recursive: true, force: true });
}
say('\r\u001b[K');

const after = cpuTimes();
const results: readonly Result[] = cases.filter(({ measurements }) => measurements.size > 0);
const stolenShare = (after.stolen - before.stolen) / (after.all - before.all);
const report = [
  preamble({
    rounds,
    quick: values.quick,
    generator: generator.description,
    stolenShare,
    isAwake: awake !== undefined,
  }),
  limitTable(limits),
  ratioTable(results),
  rssTable(results),
  ...results.map(receiverTable),
].join('\n\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('receive', report);

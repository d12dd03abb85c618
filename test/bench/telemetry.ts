import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Generator } from './load/generator.ts';
import { loadScript } from './load/load-script.ts';
import { keepAwake } from './measure/keep-awake.ts';
import { cpuTimes } from './measure/machine.ts';
import { S3Drains } from './s3/s3-drain.ts';
import { type Course, Generation } from './telemetry/generation.ts';
import type { Pair } from './telemetry/overhead.ts';
import { telemetryReport } from './telemetry/report.ts';
import { receiverOf, subjects, toFolder, toS3 } from './telemetry/subjects.ts';
import { writeSection } from './write-section.ts';

/**
 * What it costs to tell of the receive path: one process of the service is sent associations that it tells of, and
 * others that it tells nobody of, by turns. Prints Markdown; `--write` puts it between the markers of
 * docs/performance.md, `--raw` the CPU time of each turn into a file. `--only` takes the rows whose names match;
 * `--let-halt` lets processors halt whenever nobody has work for them.
 */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'both' },
    generations: { type: 'string', default: '4' },
    pairs: { type: 'string', default: '8' },
    instances: { type: 'string', default: '250' },
    'warm-up': { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    'let-halt': { type: 'boolean', default: false },
    raw: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
if (!['folder', 's3', 'both'].includes(values.store)) throw new Error('--store is folder, s3 or both');
const pduBytes = 131_072;
const generations = Number(values.generations);
const instances = Number(values.instances);
const only = new RegExp(values.only);
const say = (text: string): boolean => process.stderr.write(text);
const loadOf = (name: string, pixels: number, associations: number) => ({
  name,
  script: loadScript({ modality: 'CT', rows: pixels, columns: pixels, frames: 1 }, pduBytes),
  associations,
  instances,
});
const course: Course = {
  loads: [loadOf('512 KiB', 512, 3), loadOf('20 kB', 100, 8)],
  pairs: Number(values.pairs),
  // What ends an association is code as well, and as cold as the rest.
  warmUp: { associations: Number(values['warm-up']), instances: 100 },
  pduBytes,
};

/** Takes spans and forgets them. */
let received = 0;
const collector = createServer((request, response) => {
  request.resume().on('end', () => {
    received += 1;
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');

const below = await mkdtemp(join(tmpdir(), 'bench-telemetry-'));
const generator = Generator.prepare(below);
const drain = values.store === 'folder' ? undefined : await S3Drains.prepare(below).start(0);
const stores = [...(drain === undefined ? [] : [toS3(drain)]), ...(values.store === 's3' ? [] : [toFolder])];
const rows = stores.flatMap((store) =>
  subjects(`http://127.0.0.1:${(collector.address() as AddressInfo).port}`)
    .filter(({ name }) => only.test(`${store.name}: ${name}`))
    .map((subject) => ({ store, subject, taken: course.loads.map((): Pair[][] => []) })),
);
const awake = values['let-halt'] ? undefined : keepAwake(below);
const before = cpuTimes();

try {
  // All rows once, then all again: what the machine does meanwhile does not fall on one of them alone.
  for (let number = 1; number <= generations; number++) {
    for (const [index, { store, subject, taken }] of rows.entries()) {
      say(`\r${number}/${generations}: ${store.name}, ${subject.name}\u001b[K`);
      const folder = join(below, `${number}-${index}`);
      const pairs = await Generation.run(receiverOf(subject, store), folder, generator, course);
      for (const [load, each] of pairs.entries()) taken[load]?.push(each);
    }
  }
} finally {
  await awake?.stop();
  await drain?.stop();
  collector.close();
  collector.closeAllConnections();
  await rm(below, { recursive: true, force: true });
}
say('\r\u001b[K');
if (received === 0 && rows.some(({ subject }) => 'OTEL_EXPORTER_OTLP_ENDPOINT' in subject.settings))
  throw new Error('no span was sent: nothing was measured of them');

const after = cpuTimes();
const results = stores.flatMap((store) =>
  course.loads.flatMap((load, index) =>
    rows
      .filter((row) => row.store === store)
      .map(({ subject, taken }) => ({
        store: store.name,
        load: load.name,
        told: subject.name,
        instances: load.associations * load.instances,
        generations: taken[index] ?? [],
      })),
  ),
);
const stolenShare = (after.stolen - before.stolen) / (after.all - before.all);
const report = telemetryReport(results, { course, generations, stolenShare, isAwake: awake !== undefined });
process.stdout.write(`${report}\n`);
if (values.raw !== undefined) await writeFile(values.raw, JSON.stringify(results));
if (values.write) await writeSection('telemetry', report);

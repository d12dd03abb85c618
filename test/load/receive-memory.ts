import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { StoreScu } from '../support/store-scu.ts';

/**
 * Prints the peak resident memory of the service when it has received one multi-frame instance of 50 MB and one of
 * 1 GiB, each in a service of its own that stores to a folder.
 */
const MB = 1_000_000;
const FRAME_BYTES = 512 * 512 * 3;

async function peakAfter(bytes: number): Promise<{ idleMb: number; peakMb: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'receive-memory-'));
  const service = await ServiceProcess.start({ SCP_FOLDER: folder });
  try {
    let uid = 1;
    const [instance] = syntheticStudy({
      newUid: () => `2.25.${uid++}`,
      modality: 'US',
      series: 1,
      instancesPerSeries: 1,
      rows: 512,
      columns: 512,
      frames: Math.ceil(bytes / FRAME_BYTES),
      transferSyntaxUid: '1.2.840.10008.1.2.1',
    });
    if (instance === undefined) throw new Error('no instance was made');
    const idleMb = await peakMb(service);
    const scu = await StoreScu.associate({ port: service.port, ...instance });
    const status = await scu.store({ ...instance, chunks: () => instance.chunks() });
    if (status !== 0) throw new Error(`answered ${status}`);
    await scu.release();
    return { idleMb, peakMb: await peakMb(service) };
  } finally {
    await service.stop();
    await rm(folder, { recursive: true });
  }
}

/** VmHWM of /proc: the most that was ever resident. */
async function peakMb({ child }: ServiceProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / MB;
}

for (const [name, bytes] of [
  ['50 MB', 50 * MB],
  ['1 GiB', 1024 ** 3],
] as const) {
  const { idleMb, peakMb: peak } = await peakAfter(bytes);
  process.stdout.write(`${name}: peak ${peak.toFixed(0)} MB resident, ${idleMb.toFixed(0)} MB when idle\n`);
}

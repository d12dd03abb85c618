import { median } from '../measure/statistics.ts';
import type { Result } from '../report.ts';
import type { SdkLoopFigures } from './measure-sdk-loop.ts';

const MIB = 2 ** 20;
/** What an instance of any size may take, and what all buffers together may, beyond the idle service. */
const ALLOWED_FOR_ONE = 96 * MIB;
const ALLOWED_FOR_MANY = 256 * MIB;

const digits = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** The SDK without any DICOM. */
export function sdkLoopTable(rounds: readonly SdkLoopFigures[]): string {
  const middle = (look: (one: SdkLoopFigures) => number) => digits(median(rounds.map(look)));
  return [
    "| the SDK's PutObject alone, one after the other | MB/s | instances/s | CPU s/GB |",
    '| --- | --- | --- | --- |',
    `| 512 KiB | ${middle((one) => one.mbPerSecond)} | ${middle((one) => one.instancesPerSecond)} | ${middle((one) => one.cpuSecondsPerGb)} |`,
  ].join('\n');
}

/** The memory of the service while it stores what is large: medians of the rounds, and the worst. */
export function memoryTable(results: readonly Result[]): string {
  const rows = results
    .filter(({ workload }) => /GiB|MiB/.test(workload.name.replace('512 KiB', '')))
    .map(({ workload, measurements }) => {
      const all = measurements.get(workload.ours) ?? [];
      const above = all.map(({ peakRssBytes, idleRssBytes }) => peakRssBytes - idleRssBytes);
      const allowed = workload.associations === 1 ? ALLOWED_FOR_ONE : ALLOWED_FOR_MANY;
      return [
        workload.name,
        digits(median(all.map(({ idleRssBytes }) => idleRssBytes)) / MIB),
        digits(median(above) / MIB),
        digits(Math.max(...above) / MIB),
        digits(allowed / MIB),
      ];
    });
  const head = ['our memory', 'idle RSS MiB', 'peak above idle MiB', 'worst round MiB', 'budget MiB'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

import { loadavg } from 'node:os';
import { debianVersion, machineShape, pynetdicomVersion } from './measure/machine.ts';
import type { Measurement } from './measure/measure.ts';
import { median } from './measure/statistics.ts';
import type { TransportLimit } from './measure/transport-limit.ts';
import type { Receiver } from './receivers.ts';
import type { Figure, Target, Workload } from './workloads.ts';

export interface Result {
  readonly workload: Workload;
  readonly pduBytes: number;
  /** One measurement a round, in the order of the rounds. */
  readonly measurements: ReadonlyMap<Receiver, readonly Measurement[]>;
}

const mebibyte = 2 ** 20;
const unboundedShare = 32 * mebibyte;
const sharePerAssociation = 256 * 1024;

const table = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};
const digits = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
const medianOf = (all: readonly Measurement[], look: (one: Measurement) => number): number => median(all.map(look));

/** What has to be known to read the tables. */
export function preamble(run: {
  readonly rounds: number;
  readonly quick: boolean;
  readonly generator: string;
  readonly stolenShare: number;
  /** Whether the processors were kept from halting. */
  readonly isAwake: boolean;
}): string {
  const kind = run.quick ? 'a quick run, a tenth of the instances' : 'a full run';
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: ${kind}, ${run.rounds} rounds, every receiver`,
    `started anew and warmed up for each. Generator: ${run.generator}. DCMTK ${debianVersion('dcmtk')},`,
    `Orthanc ${debianVersion('orthanc')}, with TCP_NODELAY=1 unless said otherwise; pynetdicom ${pynetdicomVersion() ?? 'absent'}.`,
    `While it ran, the hypervisor took ${digits(run.stolenShare * 100)} % of the processors' time for others; load average`,
    `over its last 15 minutes ${digits(loadavg()[2] ?? Number.NaN)}${run.isAwake ? ', one for each processor of it what keeps them from halting' : '; the processors could halt'}.`,
  ].join('\n');
}

/** What loopback TCP gives without any protocol, in the same run. */
export function limitTable(limits: ReadonlyMap<string, readonly TransportLimit[]>): string {
  const rows = [...limits].map(([name, all]) => [
    name,
    digits(median(all.map(({ mbPerSecond }) => mbPerSecond))),
    digits(median(all.map(({ cpuSecondsPerGb }) => cpuSecondsPerGb))),
  ]);
  return table([['limit of the transport', 'MB/s', 'CPU s/GB of the receiver'], ...rows]);
}

/** Ours divided by theirs, round by round: the median, the least and the most of the rounds. */
export function ratioTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ workload, pduBytes, measurements }) =>
    workload.comparisons.flatMap(({ peer, targets }) => {
      const theirs = measurements.get(peer) ?? [];
      const ours = measurements.get(workload.ours) ?? [];
      if (theirs.length === 0 || ours.length === 0) return [];
      const wanted: readonly (Target | Figure)[] = targets.length > 0 ? targets : ['MB/s'];
      return wanted.map((target) => {
        const figure = typeof target === 'string' ? target : target.figure;
        const ratios = ours.map((one, round) => one.figures[figure] / (theirs[round]?.figures[figure] ?? Number.NaN));
        const ratio = median(ratios);
        return [
          `${workload.name}, PDUs of ${pduBytes}`,
          peer.name,
          figure,
          `**${digits(ratio)}** (${digits(Math.min(...ratios))} to ${digits(Math.max(...ratios))})`,
          ...(typeof target === 'string' ? ['', '', ''] : [...bounds(target), verdict(target, ratio)]),
        ];
      });
    }),
  );
  return table([['workload', 'against', 'figure', 'ours : theirs', 'at least', 'aim', ''], ...rows]);
}

const isCost = ({ figure }: Target): boolean => figure.startsWith('CPU');
const bounds = (target: Target): string[] => [target.atLeast, target.aim].map((bound) => `${bound} x`);

function verdict(target: Target, ratio: number): string {
  const reaches = (bound: number): boolean => (isCost(target) ? ratio <= bound : ratio >= bound);
  if (reaches(target.aim)) return 'aim reached';
  return reaches(target.atLeast) ? 'reached' : '**missed**';
}

/** Our memory: the most that was resident, against what it may be. */
export function rssTable(results: readonly Result[]): string {
  const rows = results
    .filter(({ workload, measurements }) => measurements.has(workload.ours) && workload.name.match(/GiB|associations/))
    .map(({ workload, pduBytes, measurements }) => {
      const ours = measurements.get(workload.ours) ?? [];
      const idle = medianOf(ours, ({ idleRssBytes }) => idleRssBytes);
      const peak = medianOf(ours, ({ peakRssBytes }) => peakRssBytes);
      const allowed = idle + unboundedShare + workload.associations * sharePerAssociation;
      return [
        `${workload.name}, PDUs of ${pduBytes}`,
        ...[idle, peak, allowed].map((bytes) => digits(bytes / mebibyte)),
        peak <= allowed ? 'within' : '**above**',
      ];
    });
  return table([['our memory', 'idle RSS MiB', 'peak RSS MiB', 'allowed MiB', ''], ...rows]);
}

/** Every receiver of one workload, medians of the rounds. */
export function receiverTable({ workload, pduBytes, measurements }: Result): string {
  const figures = ['MB/s', 'instances/s', 'CPU s/GB', 'CPU ms/instance'] as const;
  const rows = [...measurements].map(([receiver, all]) => [
    receiver.name,
    ...figures.map((figure) => digits(medianOf(all, (one) => one.figures[figure]))),
    digits(medianOf(all, ({ p50Ms }) => p50Ms)),
    digits(medianOf(all, ({ p99Ms }) => p99Ms)),
    digits(medianOf(all, ({ peakRssBytes }) => peakRssBytes) / mebibyte),
  ]);
  const { warmUp, times = 1 } = workload;
  const often = times === 1 ? '' : `, ${times} times`;
  const name = `${workload.name}, PDUs of ${pduBytes}, after ${digits(warmUp)} to warm up${often}`;
  const head = [name, ...figures, 'p50 ms', 'p99 ms', 'peak RSS MiB'];
  return table([head, ...rows]);
}

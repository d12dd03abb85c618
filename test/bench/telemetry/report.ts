import { Random } from '../../simulation/random.ts';
import { machineShape } from '../measure/machine.ts';
import { median } from '../measure/statistics.ts';
import type { Course } from './generation.ts';
import { costRatio, middleRatio, overheadOf, type Pair, verdictOf } from './overhead.ts';

/** What was measured of one store, one load and one subject. */
export interface TelemetryResult {
  readonly store: string;
  readonly load: string;
  readonly told: string;
  /** Of a turn. */
  readonly instances: number;
  readonly generations: readonly (readonly Pair[])[];
}

export interface RunFacts {
  readonly course: Course;
  readonly generations: number;
  /** Of the processors' time, what the hypervisor gave to others meanwhile. */
  readonly stolenShare: number;
  /** Whether the processors were kept from halting. */
  readonly isAwake: boolean;
}

const MOST_RATIO = 1.05;
const SEED = 1;

/** The section of docs/performance.md. */
export function telemetryReport(results: readonly TelemetryResult[], run: RunFacts): string {
  const { pairs, warmUp, loads } = run.course;
  const sent = loads
    .map(({ name, instances, associations }) => `${associations} associations of ${instances} images of ${name}`)
    .join(' or ');
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: ${run.generations} processes for each row,`,
    `in each ${pairs} pairs of turns, ${sent}, one turn bare and one told, after`,
    `${warmUp.associations} associations of ${warmUp.instances} of each to warm up. Told : bare is the sum of what was told by the sum`,
    'of what was bare: the median over the processes, those that differ most, and the interval at 95 % confidence, which the',
    'last column goes by. Beside it is the pair in the middle with its interval. While it ran, the hypervisor took',
    `${(run.stolenShare * 100).toFixed(1)} % of the processors' time for others; the processors ${run.isAwake ? 'were kept from halting' : 'could halt'}.`,
    '',
    `| store | images | told | bare, µs of CPU an instance | told : bare | processes | 95 % | pair in the middle | at most ${Math.round((MOST_RATIO - 1) * 100)} % more CPU |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...results.map(row),
  ].join('\n');
}

function row({ store, load, told, instances, generations }: TelemetryResult): string {
  const cost = overheadOf(generations, costRatio, new Random(SEED));
  const middle = overheadOf(generations, middleRatio, new Random(SEED));
  const bareMicros = median(generations.flat().map((pair) => pair.bareMicros / instances));
  const cells = [
    ...[store, load, told, bareMicros.toFixed(0), `**${cost.ratio.toFixed(3)}**`],
    ...[between(cost.least, cost.most), between(cost.from, cost.to)],
    `${middle.ratio.toFixed(3)} (${between(middle.from, middle.to)})`,
    verdictOf(cost, MOST_RATIO),
  ];
  return `| ${cells.join(' | ')} |`;
}

const between = (from: number, to: number): string => `${from.toFixed(3)} to ${to.toFixed(3)}`;

import type { Image } from './load/load-script.ts';
import { pynetdicomVersion } from './measure/machine.ts';
import { type Receiver, receivers } from './receivers.ts';

/** What is compared, ours divided by theirs. */
export type Figure = 'MB/s' | 'instances/s' | 'CPU s/GB' | 'CPU ms/instance';

export interface Target {
  readonly figure: Figure;
  /** Of `CPU` figures the ratio may be no more, of the others no less. */
  readonly atLeast: number;
  readonly aim: number;
}

export interface Comparison {
  readonly peer: Receiver;
  readonly targets: readonly Target[];
}

export interface Workload {
  readonly name: string;
  readonly image: Image;
  readonly associations: number;
  readonly instancesPerAssociation: number;
  /** Sent before the clock runs. */
  readonly warmUp: number;
  /** How often it is sent to each receiver, one after the other: what takes a blink is measured more often. 1 if absent. */
  readonly times?: number;
  readonly ours: Receiver;
  readonly comparisons: readonly Comparison[];
}

const ct512KiB: Image = { modality: 'CT', rows: 512, columns: 512, frames: 1 };
const ct20kB: Image = { modality: 'CT', rows: 100, columns: 100, frames: 1 };
const us50MB: Image = { modality: 'US', rows: 1000, columns: 1000, frames: 50 };
const us1GiB: Image = { modality: 'US', rows: 1024, columns: 1024, frames: 1024 };

// So many that a just-in-time compiler has come to its end: by then nobody becomes faster any more.
const many = { associations: 1, instancesPerAssociation: 2_000, warmUp: 10_000, image: ct512KiB };
const small = { associations: 1, instancesPerAssociation: 5_000, warmUp: 20_000, times: 5, image: ct20kB };
const large = { associations: 1, instancesPerAssociation: 20, warmUp: 20, image: us50MB };
const huge = { associations: 1, instancesPerAssociation: 1, warmUp: 0, image: us1GiB };

const discarding = { ours: receivers.oursDiscarding };
const toDisk = { ours: receivers.oursToDisk };

const hasPynetdicom = pynetdicomVersion() !== undefined;

/** "At least" and "aim" of the figure that a workload is about. */
const rate = (figure: Figure, atLeast: number, aim: number): Target => ({ figure, atLeast, aim });
const asItComes: Comparison = { peer: receivers.storescpAsItComes, targets: [] };
const storescp = (...targets: readonly Target[]): Comparison => ({ peer: receivers.storescpIgnoring, targets });
const storescpToDisk = (...targets: readonly Target[]): Comparison => ({ peer: receivers.storescpToDisk, targets });
const toDiskAsItComes: Comparison = { peer: receivers.storescpToDiskAsItComes, targets: [] };
const dcmjs = (figure: Figure): Comparison => ({ peer: receivers.dcmjsDiscarding, targets: [rate(figure, 5, 10)] });
const othersToDisk = (figure: Figure): readonly Comparison[] => [
  { peer: receivers.orthanc, targets: [rate(figure, 3, 5)] },
  { peer: receivers.dcmjsToDisk, targets: [rate(figure, 3, 5)] },
  ...(hasPynetdicom ? [{ peer: receivers.pynetdicomToDisk, targets: [rate(figure, 3, 5)] }] : []),
];

export const workloads: readonly Workload[] = [
  {
    name: '2,000 x 512 KiB, discarding',
    ...many,
    warmUp: 20_000,
    times: 5,
    ...discarding,
    comparisons: [storescp(rate('MB/s', 1.2, 1.9), rate('CPU s/GB', 0.8, 0.6)), asItComes, dcmjs('MB/s')],
  },
  {
    name: 'the first 2,000 x 512 KiB after the start, discarding',
    ...many,
    warmUp: 0,
    ...discarding,
    comparisons: [storescp()],
  },
  {
    name: '5,000 x 20 kB, discarding',
    ...small,
    ...discarding,
    comparisons: [storescp(rate('instances/s', 1.6, 2.2)), asItComes, dcmjs('instances/s')],
  },
  {
    name: '20 x 50 MB, discarding',
    ...large,
    ...discarding,
    comparisons: [storescp(rate('MB/s', 2, 2.8)), dcmjs('MB/s')],
  },
  {
    name: '1 x 1 GiB, discarding',
    ...huge,
    ...discarding,
    comparisons: [storescp(rate('MB/s', 2, 2.8)), dcmjs('MB/s')],
  },
  {
    name: '50 associations x 40 x 512 KiB, discarding',
    ...many,
    associations: 50,
    instancesPerAssociation: 40,
    warmUp: 0,
    ...discarding,
    comparisons: [],
  },
  {
    name: '2,000 x 512 KiB, to disk',
    ...many,
    ...toDisk,
    comparisons: [storescpToDisk(rate('MB/s', 0.9, 1.1)), toDiskAsItComes, ...othersToDisk('MB/s')],
  },
  {
    name: 'the first 2,000 x 512 KiB after the start, to disk',
    ...many,
    warmUp: 0,
    ...toDisk,
    comparisons: [storescpToDisk()],
  },
  {
    name: '5,000 x 20 kB, to disk',
    ...small,
    ...toDisk,
    comparisons: [storescpToDisk(rate('instances/s', 0.9, 1.1)), toDiskAsItComes, ...othersToDisk('instances/s')],
  },
  { name: '20 x 50 MB, to disk', ...large, ...toDisk, comparisons: [storescpToDisk(), ...othersToDisk('MB/s')] },
  { name: '1 x 1 GiB, to disk', ...huge, ...toDisk, comparisons: [storescpToDisk(), ...othersToDisk('MB/s')] },
  {
    name: '50 associations x 40 x 512 KiB, to disk',
    ...many,
    associations: 50,
    instancesPerAssociation: 40,
    warmUp: 0,
    ...toDisk,
    comparisons: [],
  },
];

import type { Image } from '../load/load-script.ts';
import type { Receiver } from '../receivers.ts';
import type { Comparison, Target, Workload } from '../workloads.ts';

const ct512KiB: Image = { modality: 'CT', rows: 512, columns: 512, frames: 1 };
/** 200 of them are less than a batch takes: what the server forgets cannot be moved to the next. */
const us40MB: Image = { modality: 'US', rows: 1000, columns: 1000, frames: 40 };
const us1GiB: Image = { modality: 'US', rows: 1024, columns: 1024, frames: 1024 };

/** Who stores, and where to. */
export interface StoreReceivers {
  readonly discarding: Receiver;
  readonly direct: Receiver;
  readonly sdk: Receiver;
  readonly directTls: Receiver;
  readonly sdkTls: Receiver;
  readonly directDelayed: Receiver;
  readonly sdkDelayed: Receiver;
  /** Undefined when lib-storage is not installed. */
  readonly dcmjs: Receiver | undefined;
}

/** Where a ratio has to be: of `CPU` figures it may be no more, of the others no less. */
const target = (figure: Target['figure'], bound: number): Target => ({ figure, atLeast: bound, aim: bound });

/** A tenth of the instances, or an eighth of the frames of the only one. */
const quickened = (workload: Workload): Workload =>
  workload.instancesPerAssociation === 1
    ? { ...workload, image: { ...workload.image, frames: Math.ceil(workload.image.frames / 8) } }
    : {
        ...workload,
        instancesPerAssociation: Math.ceil(workload.instancesPerAssociation / 10),
        warmUp: workload.warmUp / 10,
      };

export function storeWorkloads(receivers: StoreReceivers, isQuick: boolean): readonly Workload[] {
  const { direct, sdk, discarding, dcmjs, directTls, sdkTls, directDelayed, sdkDelayed } = receivers;
  const versus = (peer: Receiver, ...targets: readonly Target[]): Comparison => ({ peer, targets });
  const oneByOne = { image: ct512KiB, associations: 1, instancesPerAssociation: 2_000, warmUp: 200 };
  const fifty = { image: ct512KiB, associations: 50, instancesPerAssociation: 40, warmUp: 200 };
  const workloads: readonly Workload[] = [
    {
      name: '2,000 x 512 KiB, 1 association',
      ...oneByOne,
      ours: direct,
      comparisons: [
        versus(sdk, target('MB/s', 2.3), target('CPU s/GB', 0.35)),
        ...(dcmjs === undefined ? [] : [versus(dcmjs, target('MB/s', 3.5))]),
        versus(discarding),
      ],
    },
    {
      name: '50 x 40 x 512 KiB, 50 associations',
      ...fifty,
      ours: direct,
      comparisons: [versus(sdk, target('MB/s', 2)), versus(discarding)],
    },
    {
      name: '1 GiB, 1 association',
      ...{ image: us1GiB, associations: 1, instancesPerAssociation: 1, warmUp: 0 },
      ours: direct,
      comparisons: [versus(sdk), versus(discarding)],
    },
    {
      name: '200 x 40 MB, 200 associations, 256 MiB of buffers',
      ...{ image: us40MB, associations: 200, instancesPerAssociation: 1, warmUp: 0 },
      ours: direct,
      comparisons: [],
    },
    {
      name: '2,000 x 512 KiB, 1 association, TLS to S3',
      ...oneByOne,
      ours: directTls,
      comparisons: [versus(sdkTls)],
    },
    {
      name: '200 x 512 KiB, 1 association, 25 ms a request',
      ...{ ...oneByOne, instancesPerAssociation: 200, warmUp: 20 },
      ours: directDelayed,
      comparisons: [versus(sdkDelayed)],
    },
    {
      name: '50 x 40 x 512 KiB, 50 associations, 25 ms a request',
      ...fifty,
      ours: directDelayed,
      comparisons: [versus(sdkDelayed)],
    },
  ];
  return isQuick ? workloads.map(quickened) : workloads;
}

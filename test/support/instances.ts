import { syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import type { SentInstance } from './store-scu.ts';

export interface TestInstance extends SentInstance {
  readonly transferSyntaxUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly dataSet: () => Uint8Array;
}

/** Small CT instances of one series, explicit VR little endian. UIDs count up from `firstUid`. */
export function ctInstances<N extends 1 | 2>(
  count: N,
  firstUid?: number,
): N extends 1 ? [TestInstance] : [TestInstance, TestInstance];
export function ctInstances(count: number, firstUid?: number): TestInstance[];
export function ctInstances(count: number, firstUid = 1): TestInstance[] {
  let uid = firstUid;
  const made = syntheticStudy({
    newUid: () => `2.25.${uid++}`,
    modality: 'CT',
    series: 1,
    instancesPerSeries: count,
    rows: 64,
    columns: 64,
    frames: 1,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  });
  return [...made].map((instance) => ({
    sopClassUid: instance.sopClassUid,
    sopInstanceUid: instance.sopInstanceUid,
    studyInstanceUid: instance.studyInstanceUid,
    seriesInstanceUid: instance.seriesInstanceUid,
    transferSyntaxUid: instance.transferSyntaxUid,
    dataSet: () => instance.dataSet(),
    chunks: () => instance.chunks(),
  }));
}

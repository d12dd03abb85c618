import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syntheticStudy } from '../../local/synthetic/synthetic-study.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';

export interface InstanceFileOptions {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** UIDs count up from here. */
  readonly firstUid?: number;
}

/** Writes CT images of one series as Part 10 files, explicit VR little endian. Answers their paths. */
export async function writeInstanceFiles(folder: string, options: InstanceFileOptions): Promise<readonly string[]> {
  const { count, rows, columns, firstUid = 1_000 } = options;
  let uid = firstUid;
  const study = syntheticStudy({
    newUid: () => `2.25.${uid++}`,
    modality: 'CT',
    series: 1,
    instancesPerSeries: count,
    rows,
    columns,
    frames: 1,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  });
  const paths: string[] = [];
  for (const instance of study) {
    const path = join(folder, `${instance.sopInstanceUid}.dcm`);
    const fileMeta = encodeFileMeta({
      mediaStorageSopClassUid: instance.sopClassUid,
      mediaStorageSopInstanceUid: instance.sopInstanceUid,
      transferSyntaxUid: instance.transferSyntaxUid,
      implementationClassUid: '2.25.1',
      implementationVersionName: 'SYNTHETIC',
      sourceApplicationEntityTitle: 'SYNTHETIC',
      receivingApplicationEntityTitle: 'STORESCP',
    });
    await writeFile(path, Buffer.concat([fileMeta, instance.dataSet()]));
    paths.push(path);
  }
  return paths;
}

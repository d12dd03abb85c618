import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { implementation } from '../../core/implementation.ts';
import { explicitVrLittleEndian, secondaryCapture, testDataSet } from '../../service/cli/selftest/test-instance.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';

const newUid = (): string => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;

/** Writes a study of tiny synthetic instances; answers their files. */
export function writeSampleFiles(folder: string, count: number): readonly string[] {
  const [study, series] = [newUid(), newUid()];
  return Array.from({ length: count }, (_, index) => {
    const instance = newUid();
    const head = encodeFileMeta({
      mediaStorageSopClassUid: secondaryCapture,
      mediaStorageSopInstanceUid: instance,
      transferSyntaxUid: explicitVrLittleEndian,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      sourceApplicationEntityTitle: 'SAMPLE',
      receivingApplicationEntityTitle: 'STORESCP',
    });
    const path = join(folder, `${index}.dcm`);
    writeFileSync(path, Buffer.concat([head, testDataSet({ study, series, instance }, '20260101')]));
    return path;
  });
}

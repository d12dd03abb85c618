import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoInstances } from '../../local/demo-study.ts';
import { uuidUidSource } from '../../local/synthetic/uuid-uid.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';
import { run } from '../support/run-command.ts';

/** What a modality sends. */
export interface Scan {
  readonly files: readonly string[];
  readonly studyInstanceUids: readonly string[];
}

/** Writes the studies of the demo as Part 10 files: a CT of two series, an MR, an ultrasound of eight frames. */
export async function writeScan(folder: string): Promise<Scan> {
  await mkdir(folder);
  const files: string[] = [];
  const studies = new Set<string>();
  for (const instance of demoInstances(uuidUidSource(randomBytes))) {
    const file = join(folder, `${files.length}.dcm`);
    const meta = encodeFileMeta({
      mediaStorageSopClassUid: instance.sopClassUid,
      mediaStorageSopInstanceUid: instance.sopInstanceUid,
      transferSyntaxUid: instance.transferSyntaxUid,
      implementationClassUid: '2.25.1',
      implementationVersionName: 'SYNTHETIC',
      sourceApplicationEntityTitle: 'SCANNER',
      receivingApplicationEntityTitle: 'STORESCP',
    });
    await writeFile(file, Buffer.concat([meta, instance.dataSet()]));
    files.push(file);
    studies.add(instance.studyInstanceUid);
  }
  return { files, studyInstanceUids: [...studies] };
}

/** Sends the files with DCMTK's storescu over one association. @throws Error with what it printed, when it complains */
export async function sendScan({ files }: Scan, port: number): Promise<void> {
  const peer = ['-aet', 'SCANNER', '-aec', 'STORESCP', '127.0.0.1', String(port)];
  const { code, output } = await run('storescu', [...peer, ...files]);
  if (code !== 0 || output !== '') throw new Error(`storescu ended with ${code}: ${output}`);
}

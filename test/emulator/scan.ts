import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import dcmjsDimse from 'dcmjs-dimse';
import { demoInstances } from '../../local/demo-study.ts';
import { uuidUidSource } from '../../local/synthetic/uuid-uid.ts';
import { encodeFileMeta } from '../../service/dicom/part10/file-meta.ts';
import { commitmentRequest, converse, type Reference } from '../support/commitment-peer.ts';
import { run } from '../support/run-command.ts';

/** What a modality sends. */
export interface Scan {
  readonly files: readonly string[];
  readonly studyInstanceUids: readonly string[];
  readonly references: readonly Reference[];
}

/** Writes the studies of the demo as Part 10 files: a CT of two series, an MR, an ultrasound of eight frames. */
export async function writeScan(folder: string): Promise<Scan> {
  await mkdir(folder);
  const files: string[] = [];
  const studies = new Set<string>();
  const references: Reference[] = [];
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
    references.push({ sopClassUid: instance.sopClassUid, sopInstanceUid: instance.sopInstanceUid });
  }
  return { files, studyInstanceUids: [...studies], references };
}

/** Sends the files with DCMTK's storescu over one association. @throws Error with what it printed, when it complains */
export async function sendScan({ files }: Scan, port: number): Promise<void> {
  const peer = ['-aet', 'SCANNER', '-aec', 'STORESCP', '127.0.0.1', String(port)];
  const { code, output } = await run('storescu', [...peer, ...files]);
  if (code !== 0 || output !== '') throw new Error(`storescu ended with ${code}: ${output}`);
}

/** How long it is waited for a report. */
export const COMMITMENT_MS = 180_000;

/**
 * Asks for commitment of the whole scan and waits on the association for the report.
 * @returns how many instances are committed
 */
export async function askCommitment({ references }: Scan, port: number, deadlineMs: number): Promise<number> {
  dcmjsDimse.log.setLevel('silent');
  const request = commitmentRequest(uuidUidSource(randomBytes)(), references);
  const { report } = await converse(port, [request], { callingAeTitle: 'SCANNER', waitsForReportMs: deadlineMs });
  return report?.committed.length ?? 0;
}

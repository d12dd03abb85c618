import { open } from 'node:fs/promises';
import { readFileMeta } from '../../dicom/part10/read-file-meta.ts';

const FIRST_READ_BYTES = 2_048;
/** Media Storage Directory Storage (PS3.10 8.6): the table of contents of a medium, nothing that is sent. */
const directorySopClassUid = '1.2.840.10008.1.3.10';

/** A Part 10 file that can be sent: what must be said of it, and where its data set lies. */
export interface DicomFile {
  readonly path: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSetOffset: number;
  /** Of the data set. */
  readonly bytes: number;
}

export type ReadDicomFile =
  | { readonly file: DicomFile }
  /** `directory`: a DICOMDIR. */
  | { readonly problem: string; readonly what: 'directory' | 'not-dicom' | 'unreadable' };

/** Reads the head of a file. Nothing of the data set is looked at: it is sent as it is. */
export async function readDicomFile(path: string): Promise<ReadDicomFile> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      for (let length = FIRST_READ_BYTES; ; ) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
        const found = readFileMeta(buffer.subarray(0, bytesRead));
        if (found.state === 'not-part10') return { problem: found.reason, what: 'not-dicom' };
        if (found.state === 'meta') return fileOf(path, found, size);
        if (bytesRead < length) return { problem: 'It ends within its header.', what: 'not-dicom' };
        length = Math.max(found.minBytes, 2 * length);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), what: 'unreadable' };
  }
}

function fileOf(
  path: string,
  { meta, dataSetOffset }: Extract<ReturnType<typeof readFileMeta>, { state: 'meta' }>,
  size: number,
): ReadDicomFile {
  const { mediaStorageSopClassUid: sopClassUid, mediaStorageSopInstanceUid: sopInstanceUid } = meta;
  if (sopClassUid === directorySopClassUid) return { problem: 'It is a DICOMDIR.', what: 'directory' };
  if (sopClassUid === undefined || sopInstanceUid === undefined) {
    return {
      problem: 'Its header lacks the SOP class or the SOP instance (0002,0002), (0002,0003).',
      what: 'not-dicom',
    };
  }
  const { transferSyntaxUid } = meta;
  return { file: { path, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset, bytes: size - dataSetOffset } };
}

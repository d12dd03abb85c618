import { type FileHandle, open } from 'node:fs/promises';
import type { InstanceHeader } from '../../dicom/dataset/instance-header.ts';
import { readFileMeta } from '../../dicom/part10/read-file-meta.ts';
import { HeaderReader } from '../../ingest/header-reader.ts';

const FIRST_READ_BYTES = 2_048;
/** The UIDs of an instance lie at the beginning of its data set. */
const DATA_SET_HEAD_BYTES = 64 * 1024;
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

/**
 * Reads the head of a file. What is said of an instance is what its data set says, as DCMTK has it: the file meta
 * information of some files names another. The data set itself is sent as it is.
 */
export async function readDicomFile(path: string): Promise<ReadDicomFile> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      for (let length = FIRST_READ_BYTES; ; ) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
        const found = readFileMeta(buffer.subarray(0, bytesRead));
        if (found.state === 'not-part10') return { problem: found.reason, what: 'not-dicom' };
        if (found.state === 'meta') return fileOf(path, found, size, await headerOf(handle, found));
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

type FileMetaFound = Extract<ReturnType<typeof readFileMeta>, { state: 'meta' }>;

async function headerOf(handle: FileHandle, { meta, dataSetOffset }: FileMetaFound): Promise<Partial<InstanceHeader>> {
  const head = Buffer.alloc(DATA_SET_HEAD_BYTES);
  const { bytesRead } = await handle.read(head, 0, head.length, dataSetOffset);
  const reader = new HeaderReader(meta.transferSyntaxUid);
  try {
    await reader.push(head.subarray(0, bytesRead));
    const result = reader.end();
    return result.state === 'found' ? result.header : {};
  } finally {
    reader.close();
  }
}

function fileOf(
  path: string,
  { meta, dataSetOffset }: FileMetaFound,
  size: number,
  stated: Partial<InstanceHeader>,
): ReadDicomFile {
  const sopClassUid = stated.sopClassUid ?? meta.mediaStorageSopClassUid;
  const sopInstanceUid = stated.sopInstanceUid ?? meta.mediaStorageSopInstanceUid;
  if (sopClassUid === directorySopClassUid) return { problem: 'It is a DICOMDIR.', what: 'directory' };
  if (sopClassUid === undefined || sopInstanceUid === undefined) {
    return {
      problem: 'It names no SOP class or no SOP instance.',
      what: 'not-dicom',
    };
  }
  const { transferSyntaxUid } = meta;
  return { file: { path, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset, bytes: size - dataSetOffset } };
}

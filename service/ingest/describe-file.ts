import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ObjectMetadata } from '../../core/object-store.ts';
import { readFileMeta } from '../dicom/part10/read-file-meta.ts';
import { HeaderReader, type HeaderResult } from './header-reader.ts';

/** Reads from a file that this product wrote what it keeps of an instance. Undefined when it is no Part 10 file. */
export async function describeFile(path: string): Promise<ObjectMetadata | undefined> {
  let head = new Uint8Array();
  let reader: HeaderReader | undefined;
  let header: HeaderResult = { state: 'need-more' };
  let meta: ReturnType<typeof readFileMeta> = { state: 'need-more', minBytes: 0 };
  for await (const chunk of createReadStream(path)) {
    let dataSet: Uint8Array = chunk;
    if (meta.state === 'need-more') {
      head = Buffer.concat([head, chunk]);
      meta = readFileMeta(head);
      if (meta.state === 'need-more') continue;
      if (meta.state === 'not-part10') return undefined;
      reader = new HeaderReader(meta.meta.transferSyntaxUid);
      dataSet = head.subarray(meta.dataSetOffset);
    }
    header = (await reader?.push(dataSet)) ?? header;
    if (header.state !== 'need-more') break;
  }
  if (meta.state !== 'meta') return undefined;
  header = reader?.end() ?? header;
  reader?.close();
  const found = header.state === 'found' ? header.header : undefined;
  return {
    sopClassUid: meta.meta.mediaStorageSopClassUid ?? '',
    sopInstanceUid: meta.meta.mediaStorageSopInstanceUid ?? '',
    seriesInstanceUid: found?.seriesInstanceUid ?? '',
    studyInstanceUid: found?.studyInstanceUid ?? '',
    transferSyntaxUid: meta.meta.transferSyntaxUid,
    callingAeTitle: meta.meta.sourceApplicationEntityTitle ?? '',
    receivedAt: (await stat(path)).mtime.toISOString(),
  };
}

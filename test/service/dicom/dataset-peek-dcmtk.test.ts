import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeaderPeek } from '../../../service/dicom/dataset/peek.ts';
import { readFileMeta } from '../../../service/dicom/part10/read-file-meta.ts';
import { transferSyntaxes } from '../../../service/dicom/uids/transfer-syntaxes.ts';

// Nested sequences, a private block and a sequence that DCMTK's dictionary does not know, before the study and series.
const dump = `
(0008,0005) CS [ISO_IR 100]
(0008,0016) UI =CTImageStorage
(0008,0018) UI [2.25.1001]
(0008,0060) CS [CT]
(0008,1110) SQ
(fffe,e000)
(0008,1150) UI [1.2.840.10008.3.1.2.3.1]
(0008,1155) UI [2.25.9]
(0008,1199) SQ
(fffe,e000)
(0008,0018) UI [2.25.8]
(fffe,e00d)
(fffe,e0dd)
(fffe,e00d)
(fffe,e000)
(fffe,e00d)
(fffe,e0dd)
(0009,0010) LO [ACME 1.0]
(0009,1001) UN 01\\02\\03\\04
(0009,1002) SQ
(fffe,e000)
(0020,000d) UI [2.25.7]
(fffe,e00d)
(fffe,e0dd)
(0010,0010) PN [SYNTHETIC^DEMO]
(0020,000d) UI [2.25.1002]
(0020,000e) UI [2.25.1003]
(0020,0013) IS [1]
`;

const header = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '2.25.1001',
  studyInstanceUid: '2.25.1002',
  seriesInstanceUid: '2.25.1003',
  modality: 'CT',
  specificCharacterSet: 'ISO_IR 100',
};

describe('a header peek into data sets written by DCMTK', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'peek-'));
    writeFileSync(join(folder, 'dump.txt'), dump);
    execFileSync('dump2dcm', ['-q', join(folder, 'dump.txt'), join(folder, 'source.dcm')], { stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const syntaxes = [
    ['1.2.840.10008.1.2', '--write-xfer-implicit'],
    ['1.2.840.10008.1.2.1', '--write-xfer-little'],
    ['1.2.840.10008.1.2.2', '--write-xfer-big'],
    ['1.2.840.10008.1.2.1.99', '--write-xfer-deflated'],
  ] as const;
  const lengths = ['--length-explicit', '--length-undefined'];
  const groupLengths = ['--group-length-remove', '--group-length-create'];
  const conversions = syntaxes.flatMap(([uid, syntax]) =>
    lengths.flatMap((length) => groupLengths.map((groups) => ({ uid, options: [syntax, length, groups] }))),
  );

  it.each(conversions)('reads $options at every split', ({ uid, options }) => {
    const file = join(folder, 'converted.dcm');
    execFileSync('dcmconv', [...options, join(folder, 'source.dcm'), file], { stdio: 'pipe' });
    const bytes = readFileSync(file);
    const fileMeta = readFileMeta(bytes);
    if (fileMeta.state !== 'meta') throw new Error(`dcmconv wrote no Part 10 file: ${fileMeta.state}`);
    const { transferSyntaxUid } = fileMeta.meta;
    expect(transferSyntaxUid).toBe(uid);
    const stored = bytes.subarray(fileMeta.dataSetOffset);
    const dataSet = transferSyntaxes.get(transferSyntaxUid)?.deflated ? inflateRawSync(stored) : stored;
    for (let split = 0; split <= dataSet.length; split++) {
      const headerPeek = new HeaderPeek(transferSyntaxUid);
      headerPeek.push(dataSet.subarray(0, split));
      expect(headerPeek.push(dataSet.subarray(split))).toEqual({ state: 'found', header });
    }
  });
});

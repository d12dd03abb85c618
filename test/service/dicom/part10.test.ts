import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFileMeta, type FileMeta, fileMetaOffset } from '../../../service/dicom/part10/file-meta.ts';
import { readFileMeta } from '../../../service/dicom/part10/read-file-meta.ts';
import { dataSetBytes } from './dataset-bytes.ts';

const meta: FileMeta = {
  mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  mediaStorageSopInstanceUid: '1.2.3.4',
  transferSyntaxUid: '1.2.840.10008.1.2',
  implementationClassUid: '2.25.1',
  implementationVersionName: 'SCP_1',
  sourceApplicationEntityTitle: 'CT ROOM 1',
  receivingApplicationEntityTitle: 'ARCHIVE',
};

const dataSet = dataSetBytes(
  [
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2\0' },
    { tag: 0x00080018, vr: 'UI', value: '1.2.3.4\0' },
  ],
  'implicit-vr-little-endian',
);

describe('the head of a Part 10 file', () => {
  it('is byte for byte that of PS3.10 7.1', () => {
    const golden = [
      '44 49 43 4d', // "DICM"
      '02 00 00 00 55 4c 04 00 98 00 00 00', // group length: 152 bytes follow this element
      '02 00 01 00 4f 42 00 00 02 00 00 00 00 01', // version, OB with a 32-bit length: 00H 01H
      '02 00 02 00 55 49 1a 00 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 35 2e 31 2e 34 2e 31 2e 31 2e 32 00',
      '02 00 03 00 55 49 08 00 31 2e 32 2e 33 2e 34 00', // SOP Instance UID, padded by NUL to an even length
      '02 00 10 00 55 49 12 00 31 2e 32 2e 38 34 30 2e 31 30 30 30 38 2e 31 2e 32 00', // of the data set, not of this
      '02 00 12 00 55 49 06 00 32 2e 32 35 2e 31', // implementation class UID
      '02 00 13 00 53 48 06 00 53 43 50 5f 31 20', // version name, padded by a space
      '02 00 16 00 41 45 0a 00 43 54 20 52 4f 4f 4d 20 31 20', // source: the calling AE
      '02 00 18 00 41 45 08 00 41 52 43 48 49 56 45 20', // receiver: the called AE
    ];
    const expected = '00'.repeat(128) + golden.join('').replaceAll(' ', '');
    expect(Buffer.from(encodeFileMeta(meta)).toString('hex')).toBe(expected);
  });

  it.each([
    ['mediaStorageSopClassUid', '', 'invalid-uid'],
    ['mediaStorageSopInstanceUid', '1.2.x', 'invalid-uid'],
    ['mediaStorageSopInstanceUid', '1.2\n', 'invalid-uid'],
    ['transferSyntaxUid', '1'.repeat(65), 'invalid-uid'],
    ['implementationVersionName', 'A'.repeat(17), 'invalid-text'],
    ['sourceApplicationEntityTitle', '', 'invalid-text'],
    ['sourceApplicationEntityTitle', 'CT\\MR', 'invalid-text'],
    ['receivingApplicationEntityTitle', 'RÖNTGEN', 'invalid-text'],
  ])('refuses %s %j', (field, value, code) => {
    expect(() => encodeFileMeta({ ...meta, [field]: value })).toThrow(expect.objectContaining({ code }));
  });

  it('takes the longest UIDs and titles', () => {
    const longest = {
      ...meta,
      mediaStorageSopInstanceUid: '1'.repeat(64),
      sourceApplicationEntityTitle: 'A'.repeat(16),
    };
    expect(readFileMeta(encodeFileMeta(longest))).toMatchObject({ state: 'meta', meta: longest });
  });
});

describe('a file of head and data set', () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'part10-'));
    file = join(folder, 'file.dcm');
    writeFileSync(file, Buffer.concat([encodeFileMeta(meta), dataSet]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is a Part 10 file to DCMTK', () => {
    expect(execFileSync('dcmftest', [file], { encoding: 'utf8' })).toMatch(/^yes:/);
  });

  it('is dumped by DCMTK without a complaint', () => {
    const dump = execFileSync('dcmdump', ['--no-uid-names', file], { encoding: 'utf8', stdio: 'pipe' });
    for (const line of [
      '(0002,0000) UL 152 ',
      '(0002,0003) UI [1.2.3.4] ',
      '(0002,0010) UI [1.2.840.10008.1.2] ',
      '(0002,0016) AE [CT ROOM 1] ',
      '(0002,0018) AE [ARCHIVE] ',
      '# Used TransferSyntax: Little Endian Implicit',
      '(0008,0018) UI [1.2.3.4] ',
    ]) {
      expect(dump).toContain(line);
    }
    expect(dump).not.toMatch(/^[EW]:/m);
  });
});

describe('reading file meta information', () => {
  const head = encodeFileMeta(meta);
  const file = Buffer.concat([head, dataSet]);

  it('gives back what was written and where the data set begins', () => {
    expect(readFileMeta(file)).toEqual({ state: 'meta', meta, dataSetOffset: head.length });
  });

  it('asks for more of every prefix, and gets there by what it asks for', () => {
    for (let length = 0; length < head.length; length++) {
      const result = readFileMeta(file.subarray(0, length));
      expect(result.state === 'need-more' && result.minBytes > length && result.minBytes <= head.length).toBe(true);
    }
    expect(readFileMeta(head)).toMatchObject({ state: 'meta' });
  });

  it.each([
    ['missing', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 132), bytes.subarray(144)]), head.length - 12],
    ['too small', (bytes: Buffer) => withGroupLength(bytes, 20), head.length],
    ['too large', (bytes: Buffer) => withGroupLength(bytes, 5000), head.length],
  ])('finds the end of the group when its length is %s', (_, spoil, dataSetOffset) => {
    expect(readFileMeta(spoil(Buffer.from(file)))).toEqual({ state: 'meta', meta, dataSetOffset });
  });

  it('ends by the group length before deflated data that looks like another element of the group', () => {
    const result = readFileMeta(Buffer.concat([head, Buffer.from('020099005549040031323334', 'hex')]));
    expect(result).toMatchObject({ state: 'meta', dataSetOffset: head.length });
  });

  it('does not care what the preamble holds', () => {
    expect(readFileMeta(Buffer.concat([Buffer.alloc(128, 'II*'), file.subarray(128)]))).toMatchObject({
      state: 'meta',
    });
  });

  it.each([
    ['no DICM', Buffer.alloc(200), 'DICM'],
    ['no transfer syntax', Buffer.concat([file.subarray(0, 132), dataSet]), 'transfer syntax'],
    [
      'an endless group',
      Buffer.concat([file.subarray(0, 132), Buffer.from('020002014f420000ffffffff', 'hex')]),
      '1 MiB',
    ],
  ])('says why a file with %s is none', (_, bytes, reason) => {
    expect(readFileMeta(bytes)).toEqual({ state: 'not-part10', reason: expect.stringContaining(reason) });
  });

  it('ends in an answer for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasPrefix) => {
        const prefix = hasPrefix ? Buffer.concat([file.subarray(0, fileMetaOffset), bytes]) : bytes;
        const result = readFileMeta(prefix);
        if (result.state === 'need-more') expect(result.minBytes).toBeGreaterThan(prefix.length);
        if (result.state === 'meta') expect(result.dataSetOffset).toBeLessThanOrEqual(prefix.length);
      }),
    );
  });
});

function withGroupLength(bytes: Buffer, groupLength: number): Buffer {
  bytes.writeUInt32LE(groupLength, 140);
  return bytes;
}

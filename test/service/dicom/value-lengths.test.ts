import { describe, expect, it } from 'vitest';
import { defaultPeekLimits, HeaderPeek } from '../../../service/dicom/dataset/peek.ts';
import { ValueLengths } from '../../../service/dicom/dataset/value-lengths.ts';
import { dataSetBytes, type TestElement } from './dataset-bytes.ts';

const syntaxes = [
  ['1.2.840.10008.1.2', 'implicit-vr-little-endian'],
  ['1.2.840.10008.1.2.1', 'explicit-vr-little-endian'],
  ['1.2.840.10008.1.2.2', 'explicit-vr-big-endian'],
] as const;
const explicit = '1.2.840.10008.1.2.1';

const description = 0x00081030;
const patientName = 0x00100010;
const patientId = 0x00100020;
const studyId = 0x00200010;
const watched = [description, patientName, patientId, studyId];

const uids: readonly TestElement[] = [
  { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2\0' },
  { tag: 0x00080018, vr: 'UI', value: '1.2.3.4.5\0' },
];
const item: readonly TestElement[] = [{ tag: patientName, vr: 'PN', value: 'X'.repeat(600) }];
const inOrder: readonly TestElement[] = [
  ...uids,
  { tag: description, vr: 'LO', value: 'D'.repeat(300) },
  { tag: 0x00081110, vr: 'SQ', items: [item], length: 'undefined' },
  { tag: 0x00081140, vr: 'SQ', items: [item], length: 'defined' },
  { tag: patientName, vr: 'PN', value: 'DOE^JANE' },
  { tag: patientId, vr: 'LO', value: '' },
  { tag: 0x0020000d, vr: 'UI', value: '1.2.3.4\0' },
  { tag: 0x0020000e, vr: 'UI', value: '1.2.3.4.9\0' },
  { tag: studyId, vr: 'SH', value: '12' },
  { tag: 0x00200013, vr: 'IS', value: '1 ' },
];

function lengthsOf(chunks: readonly Uint8Array[], transferSyntaxUid: string) {
  const lengths = new ValueLengths(watched);
  const peek = new HeaderPeek(transferSyntaxUid, defaultPeekLimits, lengths);
  for (const chunk of chunks) peek.push(chunk);
  return { result: peek.end(), lengths: watched.map((tag) => lengths.of(tag)) };
}

describe.each(syntaxes)('lengths of values in %s', (transferSyntaxUid, encoding) => {
  const bytes = dataSetBytes(inOrder, encoding);

  it('are those at the top of the data set, split at any point', () => {
    for (let split = 0; split <= bytes.length; split++) {
      const { result, lengths } = lengthsOf([bytes.subarray(0, split), bytes.subarray(split)], transferSyntaxUid);
      expect(result).toMatchObject({ state: 'found', header: { seriesInstanceUid: '1.2.3.4.9' } });
      expect(lengths).toEqual([300, 8, 0, 2]);
    }
  });

  it('are those at the top of the data set, byte by byte', () => {
    const chunks = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(lengthsOf(chunks, transferSyntaxUid).lengths).toEqual([300, 8, 0, 2]);
  });

  it('are known with the header of the first element behind the last of them', () => {
    const needed = bytes.length - 2;
    const peek = new HeaderPeek(transferSyntaxUid, defaultPeekLimits, new ValueLengths(watched));
    expect(peek.push(bytes.subarray(0, needed - 1))).toEqual({ state: 'need-more' });
    expect(peek.push(bytes.subarray(needed - 1, needed))).toMatchObject({ state: 'found' });
  });
});

describe('lengths of values', () => {
  it('are found out of order too', () => {
    const { result, lengths } = lengthsOf(
      [dataSetBytes([...inOrder].reverse(), 'explicit-vr-little-endian')],
      explicit,
    );
    expect(result).toMatchObject({ state: 'found', header: { sopInstanceUid: '1.2.3.4.5' } });
    expect(lengths).toEqual([300, 8, 0, 2]);
  });

  it('are undefined for elements that are not there', () => {
    const { lengths } = lengthsOf([dataSetBytes(uids, 'explicit-vr-little-endian')], explicit);
    expect(lengths).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('do not cost the identity when what follows it cannot be read', () => {
    const cut = dataSetBytes(inOrder.slice(0, -2), 'explicit-vr-little-endian');
    const { result } = lengthsOf([cut, Buffer.from('2000')], explicit);
    expect(result).toMatchObject({ state: 'found', header: { seriesInstanceUid: '1.2.3.4.9' } });
  });
});

import { describe, expect, it } from 'vitest';
import { defaultPeekLimits, HeaderPeek, type PeekResult } from '../../../service/dicom/dataset/peek.ts';
import { dataSetBytes, type TestElement } from './dataset-bytes.ts';

const syntaxes = [
  ['1.2.840.10008.1.2', 'implicit-vr-little-endian'],
  ['1.2.840.10008.1.2.1', 'explicit-vr-little-endian'],
  ['1.2.840.10008.1.2.2', 'explicit-vr-big-endian'],
] as const;
const explicitLittleEndian = '1.2.840.10008.1.2.1';

const sopClass: TestElement = { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2\0' };
const sopInstance: TestElement = { tag: 0x00080018, vr: 'UI', value: '1.2.3.4.5\0' };
const modality: TestElement = { tag: 0x00080060, vr: 'CS', value: 'CT' };
const patientName: TestElement = { tag: 0x00100010, vr: 'PN', value: 'DOE^JANE' };
const study: TestElement = { tag: 0x0020000d, vr: 'UI', value: '1.2.3.4\0' };
const series: TestElement = { tag: 0x0020000e, vr: 'UI', value: '1.2.3.4.9\0' };
const pixelData: TestElement = { tag: 0x7fe00010, vr: 'OW', value: '0123456789' };

const header = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '1.2.3.4.5',
  studyInstanceUid: '1.2.3.4',
  seriesInstanceUid: '1.2.3.4.9',
  modality: 'CT',
};

// Tags of the header within items belong to other instances.
const otherInstance: readonly TestElement[] = [
  { tag: 0x00080018, vr: 'UI', value: '9.9.9\0' },
  { tag: 0x0020000d, vr: 'UI', value: '9.9\0\0' },
];

function sequence(tag: number, vr: 'SQ' | 'UN', length: 'defined' | 'undefined', ...items: (readonly TestElement[])[]) {
  return { tag, vr, length, items } satisfies TestElement;
}

const inOrder: readonly TestElement[] = [
  { tag: 0x00080000, vr: 'UL', value: Uint8Array.of(1, 0, 0, 0) },
  { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
  sopClass,
  sopInstance,
  modality,
  sequence(0x00081110, 'SQ', 'undefined', otherInstance, [
    sequence(0x00081199, 'SQ', 'defined', otherInstance),
    sequence(0x00081198, 'SQ', 'undefined', otherInstance),
    { tag: 0x00081197, vr: 'UT', value: '' },
  ]),
  sequence(0x00081140, 'SQ', 'defined', otherInstance),
  sequence(0x00081250, 'SQ', 'undefined'),
  { tag: 0x00090010, vr: 'LO', value: 'ACME 1.0' },
  { tag: 0x00091001, vr: 'OB', value: new Uint8Array(300) },
  sequence(0x00091002, 'UN', 'undefined', otherInstance, [sequence(0x00091003, 'UN', 'undefined', otherInstance)]),
  patientName,
  study,
  series,
  pixelData,
];

const ofInOrder = { ...header, specificCharacterSet: 'ISO_IR 100' };

function peek(transferSyntaxUid: string, chunks: readonly Uint8Array[], limits = defaultPeekLimits): PeekResult {
  const headerPeek = new HeaderPeek(transferSyntaxUid, limits);
  for (const chunk of chunks) headerPeek.push(chunk);
  return headerPeek.end();
}

function peekElements(elements: readonly TestElement[], limits = defaultPeekLimits): PeekResult {
  return peek(explicitLittleEndian, [dataSetBytes(elements, 'explicit-vr-little-endian')], limits);
}

describe.each(syntaxes)('a header peek in %s', (transferSyntaxUid, encoding) => {
  const bytes = dataSetBytes(inOrder, encoding);

  it('finds the header whatever precedes it', () => {
    expect(peek(transferSyntaxUid, [bytes])).toEqual({ state: 'found', header: ofInOrder });
  });

  it('finds the same header split at any point', () => {
    for (let split = 0; split <= bytes.length; split++) {
      expect(peek(transferSyntaxUid, [bytes.subarray(0, split), bytes.subarray(split)])).toEqual({
        state: 'found',
        header: ofInOrder,
      });
    }
  });

  it('finds the same header in chunks of any one size', () => {
    for (let size = 1; size < 40; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(peek(transferSyntaxUid, chunks)).toEqual({ state: 'found', header: ofInOrder });
    }
  });

  it('answers with the last byte of the series UID, not earlier', () => {
    const neededBytes = bytes.length - dataSetBytes([pixelData], encoding).length;
    const headerPeek = new HeaderPeek(transferSyntaxUid);
    expect(headerPeek.push(bytes.subarray(0, neededBytes - 1))).toEqual({ state: 'need-more' });
    expect(headerPeek.push(bytes.subarray(neededBytes - 1, neededBytes))).toEqual({
      state: 'found',
      header: ofInOrder,
    });
  });

  it('calls a data set that ends within an element truncated', () => {
    const boundaries = new Set<number>([0]);
    for (let count = 1; count <= inOrder.length; count++) {
      boundaries.add(dataSetBytes(inOrder.slice(0, count), encoding).length);
    }
    const neededBytes = bytes.length - dataSetBytes([pixelData], encoding).length;
    for (let length = 0; length < neededBytes; length++) {
      const result = peek(transferSyntaxUid, [bytes.subarray(0, length)]);
      expect(result).toMatchObject(boundaries.has(length) ? { state: 'found' } : { code: 'truncated' });
    }
  });
});

describe('a header peek', () => {
  it('tolerates elements out of order, even behind the series UID', () => {
    expect(peekElements([study, modality, sopInstance, series, patientName, sopClass, pixelData])).toEqual({
      state: 'found',
      header,
    });
  });

  it('leaves undefined what is missing or blank', () => {
    const blankStudy: TestElement = { tag: 0x0020000d, vr: 'UI', value: '\0\0' };
    expect(peekElements([sopClass, sopInstance, blankStudy, series, pixelData])).toEqual({
      state: 'found',
      header: { ...header, studyInstanceUid: undefined, modality: undefined },
    });
    expect(peek(explicitLittleEndian, [])).toMatchObject({ state: 'found', header: { sopClassUid: undefined } });
  });

  it('stops once it has every UID, with or without a modality', () => {
    const bytes = dataSetBytes([sopClass, sopInstance, series, study], 'explicit-vr-little-endian');
    const withoutModality = { ...header, modality: undefined };
    expect(new HeaderPeek(explicitLittleEndian).push(bytes)).toEqual({ state: 'found', header: withoutModality });
  });

  it('does not look into or past the pixel data', () => {
    expect(peekElements([sopClass, sopInstance, study, pixelData, series])).toMatchObject({
      state: 'found',
      header: { seriesInstanceUid: undefined },
    });
  });

  it('keeps the first of two values', () => {
    const second: TestElement = { tag: 0x00080018, vr: 'UI', value: '7.7.7\0' };
    expect(peekElements([sopClass, sopInstance, second, modality, study, series])).toEqual({ state: 'found', header });
  });

  it('trims spaces and NULs at both ends', () => {
    const padded: TestElement = { tag: 0x00080018, vr: 'UI', value: ' 1.2.3.4.5 \0\0' };
    expect(peekElements([sopClass, padded, modality, study, series])).toEqual({ state: 'found', header });
  });

  it('reads past VRs that are wrong or too new', () => {
    // "??" has a 16-bit length; VRs yet to be invented have 32 bits; a length where the VR belongs is implicit VR.
    const odd = [
      Buffer.from('080001003f3f0400abcdefab', 'hex'),
      Buffer.from('080002005a5a000004000000abcdefab', 'hex'),
      Buffer.from('0800030004000000abcdefab', 'hex'),
    ];
    const rest = dataSetBytes([sopClass, sopInstance, modality, study, series], 'explicit-vr-little-endian');
    expect(peek(explicitLittleEndian, [...odd, rest])).toEqual({ state: 'found', header });
  });

  it('takes no item length for a VR', () => {
    // The length 0x4242 reads "BB".
    const item = Buffer.concat([Buffer.from('feff00e042420000', 'hex'), Buffer.alloc(0x4242)]);
    const chunks = [
      Buffer.from('0800101153510000ffffffff', 'hex'),
      item,
      Buffer.from('feffdde000000000', 'hex'),
      dataSetBytes([sopClass, sopInstance, modality, study, series], 'explicit-vr-little-endian'),
    ];
    expect(peek(explicitLittleEndian, chunks)).toEqual({ state: 'found', header });
  });

  it('reads the header when UIDs are stored as UN', () => {
    const unknown = [sopClass, sopInstance, modality, study, series].map((element) => ({ ...element, vr: 'UN' }));
    expect(peekElements(unknown as TestElement[])).toEqual({ state: 'found', header });
  });

  it('skips a private value far larger than a chunk without keeping it', () => {
    const bytes = dataSetBytes(
      [
        sopClass,
        sopInstance,
        modality,
        { tag: 0x00091001, vr: 'OB', value: new Uint8Array(8 * 1024 * 1024) },
        study,
        series,
      ],
      'explicit-vr-little-endian',
    );
    const chunks: Uint8Array[] = [];
    for (let offset = 0; offset < bytes.length; offset += 65536) chunks.push(bytes.subarray(offset, offset + 65536));
    expect(peek(explicitLittleEndian, chunks)).toEqual({ state: 'found', header });
  });

  it('keeps its answer whatever follows', () => {
    const headerPeek = new HeaderPeek(explicitLittleEndian);
    const answer = headerPeek.push(dataSetBytes(inOrder.slice(2), 'explicit-vr-little-endian'));
    expect(headerPeek.push(new Uint8Array(1000))).toBe(answer);
    expect(headerPeek.end()).toBe(answer);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPeekLimits, HeaderPeek, type PeekResult } from '../../../service/dicom/dataset/peek.ts';
import { dataSetBytes, type TestElement } from './dataset-bytes.ts';

const implicitLittleEndian = '1.2.840.10008.1.2';
const explicitLittleEndian = '1.2.840.10008.1.2.1';
const explicitBigEndian = '1.2.840.10008.1.2.2';

const sopClass: TestElement = { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2\0' };
const sopInstance: TestElement = { tag: 0x00080018, vr: 'UI', value: '1.2.3.4.5\0' };
const modality: TestElement = { tag: 0x00080060, vr: 'CS', value: 'CT' };
const study: TestElement = { tag: 0x0020000d, vr: 'UI', value: '1.2.3.4\0' };
const series: TestElement = { tag: 0x0020000e, vr: 'UI', value: '1.2.3.4.9\0' };
const identity = [sopClass, sopInstance, modality, study, series];

function openSequence(tag: number, ...items: (readonly TestElement[])[]) {
  return { tag, vr: 'SQ', length: 'undefined', items } satisfies TestElement;
}

function peek(transferSyntaxUid: string, chunks: readonly Uint8Array[], limits = defaultPeekLimits): PeekResult {
  const headerPeek = new HeaderPeek(transferSyntaxUid, limits);
  for (const chunk of chunks) headerPeek.push(chunk);
  return headerPeek.end();
}

function peekElements(elements: readonly TestElement[], limits = defaultPeekLimits): PeekResult {
  return peek(explicitLittleEndian, [dataSetBytes(elements, 'explicit-vr-little-endian')], limits);
}

describe('the limits of a header peek', () => {
  it.each([
    ['a value that reaches beyond the bytes to scan', [{ tag: 0x00091001, vr: 'OB', value: new Uint8Array(1000) }]],
    ['endless empty sequences', Array.from({ length: 60 }, () => openSequence(0x00091002))],
  ])('gives up at %s', (_, elements) => {
    const limits = { ...defaultPeekLimits, maxScannedBytes: 900 };
    expect(peekElements([...elements, sopClass], limits)).toMatchObject({ code: 'scan-limit-exceeded' });
  });

  it('reads up to the last byte it may scan', () => {
    const maxScannedBytes = dataSetBytes(identity, 'explicit-vr-little-endian').length;
    expect(peekElements(identity, { ...defaultPeekLimits, maxScannedBytes })).toMatchObject({ state: 'found' });
    expect(peekElements(identity, { ...defaultPeekLimits, maxScannedBytes: maxScannedBytes - 1 })).toMatchObject({
      code: 'scan-limit-exceeded',
    });
  });

  it('refuses an overlong UID and does without an overlong modality', () => {
    const longUid: TestElement = { tag: 0x00080018, vr: 'UI', value: '1.2.'.repeat(33) };
    expect(peekElements([sopClass, longUid])).toMatchObject({ state: 'unreadable', code: 'value-too-long' });
    const longModality: TestElement = { tag: 0x00080060, vr: 'CS', value: 'CT\\'.repeat(44) };
    expect(peekElements([sopClass, sopInstance, longModality, study, series])).toMatchObject({
      state: 'found',
      header: { sopInstanceUid: '1.2.3.4.5', modality: undefined },
    });
  });

  it('bounds the nesting', () => {
    const nested = (levels: number): TestElement => openSequence(0x00081110, levels === 1 ? [] : [nested(levels - 1)]);
    // Each level is a sequence and an item.
    const atDepth = (maxNestingDepth: number) =>
      peekElements([nested(3), ...identity], { ...defaultPeekLimits, maxNestingDepth });
    expect(atDepth(6)).toMatchObject({ state: 'found' });
    expect(atDepth(5)).toMatchObject({ code: 'nesting-too-deep' });
  });

  it.each([
    ['an item at the top', 'feff00e000000000'],
    ['a delimiter at the top', 'feff0de000000000'],
    ['an element between items', '0800101153510000ffffffff0800180055490000'],
    ['a sequence delimiter within an item', '0800101153510000fffffffffeff00e0fffffffffeffdde000000000'],
  ])('calls %s malformed', (_, hex) => {
    expect(peek(explicitLittleEndian, [Buffer.from(hex, 'hex')])).toMatchObject({ code: 'malformed-sequence' });
  });

  it('does not guess the encoding of a transfer syntax it does not know', () => {
    expect(peek('1.2.840.113619.5.2', [dataSetBytes(identity, 'explicit-vr-little-endian')])).toMatchObject({
      state: 'unreadable',
      code: 'unknown-transfer-syntax',
    });
  });
});

describe('arbitrary bytes', () => {
  const limits = { maxScannedBytes: 4096, maxValueBytes: 64, maxNestingDepth: 4 };
  const markers = [
    'feff00e0ffffffff',
    'feff0de000000000',
    'feffdde000000000',
    '0800101153510000ffffffff',
    '09000210554e0000ffffffff',
    '0800180055490800312e322e332e3400',
    '20000e005549ffff',
  ];
  const hostileBytes = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 24 }),
        fc.constantFrom(...markers.map((hex) => new Uint8Array(Buffer.from(hex, 'hex')))),
      ),
      { maxLength: 40 },
    )
    .map((pieces) => Buffer.concat(pieces));

  it('end in an answer that does not depend on the chunks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(implicitLittleEndian, explicitLittleEndian, explicitBigEndian),
        hostileBytes,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (transferSyntaxUid, bytes, sizes) => {
          const chunks: Uint8Array[] = [];
          for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(bytes.subarray(offset, offset + size));
            offset += size;
          }
          const result = peek(transferSyntaxUid, chunks, limits);
          expect(result.state).not.toBe('need-more');
          expect(result).toEqual(peek(transferSyntaxUid, [bytes], limits));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('are given up on at the scan limit at the latest', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const headerPeek = new HeaderPeek(explicitLittleEndian, limits);
        let pushedBytes = 0;
        while (bytes.length > 0 && headerPeek.push(bytes).state === 'need-more') {
          pushedBytes += bytes.length;
          expect(pushedBytes).toBeLessThanOrEqual(limits.maxScannedBytes + 12);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DicomFault } from '../../../../local/healthimaging/dicom/dicom-fault.ts';
import { parseInstance } from '../../../../local/healthimaging/dicom/parse-instance.ts';
import { ctElements, part10, syntaxes, type TestElements, without } from '../part10.ts';
import { parseInChunks as parse } from './parse-in-chunks.ts';

async function faultOf(bytes: Uint8Array): Promise<DicomFault> {
  const error: unknown = await parse(bytes).catch((reason: unknown) => reason);
  if (error instanceof DicomFault) return error;
  throw new Error('the file was parsed');
}

const nested: TestElements = {
  '00081140 SQ': { items: [{ '00081155 UI': '1.2.9' }, { '00081155 UI': '1.2.10' }] },
  '00400275 SQ': {
    items: [{ '00400008 SQ': { items: [{ '00080100 SH': 'CODE' }], undefinedLength: true } }],
    undefinedLength: true,
  },
};

describe('a Part 10 file', () => {
  it.each([syntaxes.implicit, syntaxes.explicit, syntaxes.bigEndian, syntaxes.deflated])(
    'is read in transfer syntax %s',
    async (transferSyntaxUid) => {
      const { attributes, frames, rows, columns, warnings } = await parse(
        part10(ctElements(nested), transferSyntaxUid),
      );
      expect(attributes).toMatchObject({
        TransferSyntaxUID: transferSyntaxUid,
        SOPInstanceUID: '1.2.3.1.1',
        PatientName: 'Test^One',
        SeriesNumber: '7 ',
        Rows: 2,
        ReferencedImageSequence: [{ ReferencedSOPInstanceUID: '1.2.9' }, { ReferencedSOPInstanceUID: '1.2.10' }],
        RequestAttributesSequence: [{ ScheduledProtocolCodeSequence: [{ CodeValue: 'CODE' }] }],
      });
      expect(attributes).not.toHaveProperty('PixelData');
      expect({ rows, columns, warnings }).toEqual({ rows: 2, columns: 4, warnings: [] });
      expect(frames).toMatchObject([{ offset: 0, length: 16, measure: { minPixelValue: 1, maxPixelValue: 800 } }]);
    },
  );

  it('is read the same whatever the chunks it comes in', async () => {
    const file = part10(ctElements({ ...nested, '00280008 IS': '2', '7FE00010 OW': Array(16).fill(0x1234) }));
    const whole = await parse(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: file.length }), async (chunkBytes) => {
        expect(await parse(file, chunkBytes)).toEqual(whole);
      }),
    );
  });

  it('gives its pixel data away without keeping it', async () => {
    const frameBytes = 64 * 1024 * 1024;
    const header = part10(
      ctElements({ '00280010 US': [8192], '00280011 US': [8192], '00280100 US': [8], '7FE00010 OW': [] }),
    );
    header.writeUInt32LE(frameBytes, header.length - 4);
    const chunk = new Uint8Array(65_536);
    let peakBytes = 0;
    let written = 0;
    async function* source(): AsyncIterable<Uint8Array> {
      yield header;
      for (let sent = 0; sent < frameBytes; sent += chunk.length) yield chunk;
    }
    const before = process.memoryUsage().arrayBuffers;
    await parseInstance(source(), ({ length }) => {
      written += length;
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
      return undefined;
    });
    expect(written).toBe(frameBytes);
    expect(peakBytes).toBeLessThan(frameBytes / 8);
  });

  it('shows values as HealthImaging does', async () => {
    const { attributes, vrs } = await parse(
      part10(
        ctElements({
          '00080001 UL': [12, 0],
          '00080008 CS': 'DERIVED\\PRIMARY',
          '00081030 LO': '',
          '00090010 LO': 'CREATOR',
          '00091001 DS': '97',
          '00181020 LO': '1.0',
          '00281052 DS': '-1000',
          '00420011 OB': Uint8Array.of(1, 2),
          '00201208 IS': '3',
        }),
      ),
    );
    expect(attributes).toMatchObject({
      LengthToEnd: 12,
      ImageType: ['DERIVED', 'PRIMARY '],
      StudyDescription: null,
      '00090010': 'CREATOR ',
      '00091001': '97',
      SoftwareVersions: ['1.0 '],
      RescaleIntercept: '-1000 ',
      EncapsulatedDocument: 'AQI=',
    });
    expect(vrs).toEqual({ '00090010': 'LO', '00091001': 'DS' });
  });

  it('is decoded by its character set', async () => {
    const korean = Buffer.from('Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7', 'latin1');
    const read = async (charset: string, name: Uint8Array): Promise<unknown> =>
      (await parse(part10(ctElements({ '00080005 CS': charset, '00100010 PN': name })))).attributes.PatientName;
    expect(await read('ISO_IR 192', Buffer.from('Wang^小東'))).toBe('Wang^小東');
    expect(await read('ISO_IR 100', Buffer.from('J\xe9r\xf4me ', 'latin1'))).toBe('Jérôme ');
    expect(await read('\\ISO 2022 IR 149', Buffer.concat([korean, Buffer.from(' ')]))).toBe('Hong^Gildong=洪^吉洞 ');
  });
});

describe('a file that cannot be imported', () => {
  const whole = part10(ctElements());

  it.each([
    ['nothing', Buffer.alloc(0), 'NOT_PART_10'],
    ['text', Buffer.from('hello '.repeat(100)), 'NOT_PART_10'],
    ['a data set without a file header', whole.subarray(132), 'NOT_PART_10'],
    ['less pixel data than it announces', whole.subarray(0, whole.length - 2), 'TRUNCATED'],
    ['half an element', whole.subarray(0, 200), 'TRUNCATED'],
    ['half a deflated data set', part10(ctElements(), syntaxes.deflated).subarray(0, 220), 'TRUNCATED'],
    [
      'fragments without an end',
      part10(ctElements({ '7FE00010 OW': { fragments: [Uint8Array.of(1, 1)] } }), syntaxes.jpeg).subarray(0, -8),
      'TRUNCATED',
    ],
    ['no VR where there should be one', Buffer.concat([whole, Buffer.alloc(16)]), 'MALFORMED'],
    ['an item outside of a sequence', part10(ctElements({ 'FFFEE000 UN': '' }), syntaxes.implicit), 'MALFORMED'],
  ])('has %s', async (_what, bytes, code) => {
    expect((await faultOf(bytes)).code).toBe(code);
  });

  it.each([
    ['00080016 UI', 'SOPClassUID'],
    ['00080018 UI', 'SOPInstanceUID'],
    ['0020000D UI', 'StudyInstanceUID'],
    ['0020000E UI', 'SeriesInstanceUID'],
  ])('lacks %s', async (name, keyword) => {
    const message = `DICOM attribute ${keyword} does not exist`;
    expect((await faultOf(part10(without(ctElements(), name)))).message).toBe(message);
    expect((await faultOf(part10(ctElements({ [name]: '' })))).message).toBe(message);
  });

  it('lacks its transfer syntax', async () => {
    expect((await faultOf(part10(ctElements(), ''))).message).toBe('DICOM attribute TransferSyntaxUID does not exist');
  });

  it.each([
    ['00100010 PN', 256],
    ['00100020 LO', 256],
    ['00100030 DA', 18],
    ['00100040 CS', 16],
    ['0020000D UI', 256],
    ['0020000E UI', 256],
    ['00080018 UI', 256],
    ['00200010 SH', 256],
    ['00081030 LO', 256],
    ['00080050 SH', 256],
    ['00080020 DA', 18],
    ['00080030 TM', 28],
  ])('has more than the %s of %i characters', async (name, most) => {
    const of = (length: number): Buffer => part10(ctElements({ [name]: '1'.repeat(length) }));
    expect((await faultOf(of(most + 1))).code).toBe('VALUE_TOO_LONG');
    await expect(parse(of(most))).resolves.toBeDefined();
  });
});

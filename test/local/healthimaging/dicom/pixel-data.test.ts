import { describe, expect, it } from 'vitest';
import { ctElements, part10, syntaxes } from '../part10.ts';
import { parseInChunks as parse } from './parse-in-chunks.ts';

describe('pixel data', () => {
  const jpeg = (...rest: readonly number[]): Uint8Array => Uint8Array.of(0xff, 0xd8, ...rest);
  const frames2 = { '00280008 IS': '2 ' };

  it('of several native frames is measured frame by frame', async () => {
    const { frames, pixels } = await parse(
      part10(
        ctElements({
          ...frames2,
          '00280103 US': [1],
          '7FE00010 OW': [1, 2, 3, 4, 5, 6, 7, 8, 65535, 0, 0, 0, 0, 0, 0, 9],
        }),
      ),
    );
    expect(frames).toMatchObject([
      { offset: 0, length: 16, measure: { minPixelValue: 1, maxPixelValue: 8 } },
      { offset: 16, length: 16, measure: { minPixelValue: -1, maxPixelValue: 9 } },
    ]);
    expect(pixels).toHaveLength(32);
  });

  it('of single bits has frames that begin within a byte', async () => {
    const { frames } = await parse(
      part10(
        ctElements({ ...frames2, '00280010 US': [3], '00280100 US': [1], '7FE00010 OW': Uint8Array.of(1, 2, 3, 0) }),
      ),
    );
    expect(frames).toEqual([
      { offset: 0, length: 2 },
      { offset: 1, length: 2 },
    ]);
  });

  it('of chrominance at half the rate has two samples for each pixel', async () => {
    const { frames } = await parse(
      part10(
        ctElements({
          '00280002 US': [3],
          '00280004 CS': 'YBR_FULL_422',
          '00280100 US': [8],
          '7FE00010 OW': Uint8Array.from({ length: 16 }, (_, index) => index),
        }),
      ),
    );
    expect(frames).toMatchObject([{ offset: 0, length: 16 }]);
  });

  it.each([
    ['one fragment for each frame', { fragments: [jpeg(1, 1), jpeg(2, 2, 2, 2)] }, [4, 6]],
    ['the offset table', { fragments: [jpeg(1, 1), jpeg(2, 2), Uint8Array.of(3, 3)], offsetTable: [0, 12] }, [4, 6]],
    ['start markers', { fragments: [jpeg(1, 1), Uint8Array.of(9, 9), jpeg(2, 2)] }, [6, 4]],
  ])('that is encapsulated is split by %s', async (_by, pixelData, lengths) => {
    const { frames, warnings, pixels } = await parse(
      part10(ctElements({ ...frames2, '7FE00010 OW': pixelData }), syntaxes.jpeg),
    );
    expect(frames.map(({ length }) => length)).toEqual(lengths);
    expect(warnings).toEqual([]);
    expect(pixels).toEqual(Buffer.concat(pixelData.fragments));
  });

  it.each([
    [
      'InvalidOffsetTable',
      45330,
      syntaxes.jpeg,
      { ...frames2, '7FE00010 OW': { fragments: [jpeg(1, 1), jpeg(2, 2)], offsetTable: [0, 99] } },
      2,
    ],
    ['FrameNumberMismatch', 45329, syntaxes.jpeg, { ...frames2, '7FE00010 OW': { fragments: [jpeg(1, 1)] } }, 1],
    [
      'FramesExtractionFailure',
      45328,
      syntaxes.rle,
      { ...frames2, '7FE00010 OW': { fragments: [Uint8Array.of(1, 1)] } },
      1,
    ],
    ['TranscodingException', 45312, syntaxes.explicit, { '7FE00010 OW': [1, 2] }, 1],
    ['UnsupportedTransferSyntax', 45344, syntaxes.deflatedFrames, { '7FE00010 OW': { fragments: [jpeg(1, 1)] } }, 1],
    ['UnsupportedTransferSyntax', 45344, '1.2.3.4', {}, 1],
    ['InvalidUidFormat', 45569, syntaxes.explicit, { '0020000E UI': '1.2.x' }, 1],
    ['InvalidDicomValueLength', 45570, syntaxes.explicit, { '00200010 SH': 'S'.repeat(17) }, 1],
  ])('is imported with the warning %s (%i)', async (type, code, transferSyntaxUid, elements, frameCount) => {
    const { warnings, frames } = await parse(part10(ctElements(elements), transferSyntaxUid));
    expect(warnings).toMatchObject([{ type, warning_reason_code: code }]);
    expect(frames).toHaveLength(frameCount);
  });

  it('of a video is one stream', async () => {
    const pixelData = { fragments: [Uint8Array.of(1, 1), Uint8Array.of(2, 2)] };
    const { frames, warnings } = await parse(
      part10(ctElements({ '00280008 IS': '50', '7FE00010 OW': pixelData }), syntaxes.mpeg2),
    );
    expect({ frames, warnings }).toEqual({ frames: [{ offset: 0, length: 4 }], warnings: [] });
  });

  it('of an icon within a sequence is passed over', async () => {
    const icon = { '7FE00010 OB': { fragments: [jpeg(7, 7)] } };
    const { frames } = await parse(part10(ctElements({ '00880200 SQ': { items: [icon] } })));
    expect(frames).toMatchObject([{ offset: 0, length: 16 }]);
  });
});

import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../../local/thumbnails/contact-sheet.ts';
import type { FrameShape } from '../../../local/thumbnails/frame-shape.ts';
import { encodePng } from '../../../local/thumbnails/png.ts';
import { readFrames } from '../../../local/thumbnails/read-frames.ts';
import { renderFrame, windowed } from '../../../local/thumbnails/render-frame.ts';
import { ctElements, part10, syntaxes } from '../healthimaging/part10.ts';

const shape: FrameShape = {
  rows: 2,
  columns: 2,
  samples: 1,
  bytesPerSample: 2,
  bitsStored: 12,
  highBit: 11,
  isSigned: false,
  isPlanar: false,
  photometric: 'MONOCHROME2',
  slope: 1,
  intercept: 0,
  window: undefined,
};
const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
const pixels = (frame: Uint8Array, changes: Partial<FrameShape> = {}, littleEndian = true) => [
  ...renderFrame(frame, { ...shape, ...changes }, littleEndian, 64).pixels,
];

describe('the VOI window of PS3.3 C.11.2.1.2.1', () => {
  it('is the standard’s own examples', () => {
    // c=2048, w=4096; c=2048, w=1; c=0, w=100.
    expect([windowed(0, 2_048, 4_096), windowed(4_095, 2_048, 4_096)]).toEqual([0, 255]);
    expect([windowed(2_047, 2_048, 1), windowed(2_048, 2_048, 1)]).toEqual([0, 255]);
    expect([windowed(-50, 0, 100), windowed(49, 0, 100)]).toEqual([0, 255]);
  });
});

describe('a frame', () => {
  it('reaches from black to white when it has no window', () => {
    expect(pixels(words(100, 200, 300, 400))).toEqual([0, 85, 170, 255]);
  });

  it('is seen by its window, after the rescale', () => {
    const window = { center: 0.5, width: 101 };
    expect(pixels(words(0, 50, 100, 1_000), { slope: 2, intercept: -50, window })).toEqual([0, 255, 255, 255]);
    expect(pixels(words(0, 25, 50, 51), { slope: 2, intercept: -50, window })).toEqual([0, 128, 255, 255]);
  });

  it('is inverted when low values are bright', () => {
    expect(pixels(words(0, 0, 4_095, 4_095), { photometric: 'MONOCHROME1' })).toEqual([255, 255, 0, 0]);
  });

  it('knows signs, high bits and the order of bytes', () => {
    expect(pixels(words(0xfff, 0, 1, 2), { isSigned: true })).toEqual([0, 85, 170, 255]);
    expect(pixels(words(0xf000, 0xf010, 0xf020, 0xf030), { bitsStored: 8, highBit: 11 })).toEqual([0, 85, 170, 255]);
    expect(pixels(Uint8Array.of(0, 0, 0, 1, 0, 2, 0, 3), {}, false)).toEqual([0, 85, 170, 255]);
  });

  it('has its colours in order, by pixel or by plane', () => {
    const colour = { samples: 3, bytesPerSample: 1, rows: 1, columns: 2, photometric: 'RGB' } as const;
    expect(pixels(Uint8Array.of(1, 2, 3, 4, 5, 6), colour)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pixels(Uint8Array.of(1, 4, 2, 5, 3, 6), { ...colour, isPlanar: true })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pixels(Uint8Array.of(76, 85, 255, 150, 44, 21), { ...colour, photometric: 'YBR_FULL' })).toEqual([
      254, 0, 0, 0, 255, 1,
    ]);
  });

  it('is made smaller to fit', () => {
    const { width, height } = renderFrame(
      new Uint8Array(400 * 100 * 2),
      { ...shape, rows: 100, columns: 400 },
      true,
      64,
    );
    expect([width, height]).toEqual([64, 16]);
  });
});

describe('a PNG', () => {
  it('holds the pixels', () => {
    const png = encodePng({ width: 2, height: 2, samples: 1, pixels: Uint8Array.of(1, 2, 3, 4) });
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const at = png.indexOf('IDAT');
    expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 0, 3, 4]);
  });

  it('holds several pictures side by side', () => {
    const one = (value: number) => ({ width: 1, height: 1, samples: 1, pixels: Uint8Array.of(value) }) as const;
    const sheet = contactSheet([one(7), one(8), one(9)], 2);
    expect(sheet).toMatchObject({ width: 6, height: 6 });
    expect([sheet?.pixels[0], sheet?.pixels[5], sheet?.pixels[30]]).toEqual([7, 8, 9]);
    expect(contactSheet([], 2)).toBeUndefined();
  });
});

describe('frames of a file', () => {
  it('are drawn when they are uncompressed', async () => {
    async function* file() {
      yield part10(ctElements({}));
    }
    const frames = await readFrames(file(), 4, 64);
    expect(frames?.length).toBeGreaterThan(0);
  });

  it('are not drawn when there is no picture in it', async () => {
    async function* file() {
      yield part10(ctElements({ '00280004 CS': 'PALETTE COLOR' }), syntaxes.explicit);
    }
    expect(await readFrames(file(), 4, 64)).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { parseRange } from '../../../../local/s3/wire/range.ts';

it.each([
  ['bytes=0-9', 100, { firstByte: 0, lastByte: 9 }],
  ['bytes=90-', 100, { firstByte: 90, lastByte: 99 }],
  ['bytes=-10', 100, { firstByte: 90, lastByte: 99 }],
  ['bytes=-1000', 100, { firstByte: 0, lastByte: 99 }],
  ['bytes=99-1000', 100, { firstByte: 99, lastByte: 99 }],
  ['bytes=0-1,5-6', 100, undefined],
  ['bytes=9-1', 100, undefined],
  ['bytes=-', 100, undefined],
  ['lines=0-1', 100, undefined],
])('reads %s of %d bytes', (header, sizeBytes, range) => {
  expect(parseRange(header, sizeBytes)).toEqual(range);
});

it.each([
  ['bytes=100-', 100],
  ['bytes=-0', 100],
  ['bytes=0-0', 0],
])('refuses %s of %d bytes', (header, sizeBytes) => {
  expect(() => parseRange(header, sizeBytes)).toThrow(expect.objectContaining({ code: 'InvalidRange', status: 416 }));
});

import { describe, expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent, xrayTraceHeader } from '../../core/traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it.each([
    ['01', true],
    ['03', true],
    ['00', false],
  ])('with the flags %s is sampled: %s', (flags, isSampled) => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-${flags}`)).toEqual({ traceId, spanId, isSampled });
  });

  it.each([
    undefined,
    '',
    'x',
    `00-${traceId}-${spanId}`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01\n`,
  ])('is not %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it('is read as it was written', () => {
    for (const isSampled of [true, false]) {
      const context = { traceId, spanId, isSampled };
      expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
    }
  });

  it("is X-Ray's header with two more hyphens", () => {
    expect(xrayTraceHeader({ traceId, spanId, isSampled: true })).toBe(
      'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { filled, msToToken } from '../../../lambdas/dispatch/token-bucket.ts';

const pace = { perSecond: 2, burst: 3 };

describe('a token bucket', () => {
  it('fills at its pace, up to what it holds', () => {
    expect(filled({ tokens: 0, atMs: 0 }, pace, 500)).toEqual({ tokens: 1, atMs: 500 });
    expect(filled({ tokens: 0, atMs: 0 }, pace, 60_000).tokens).toBe(3);
  });

  it('gains nothing of a clock that goes back', () => {
    expect(filled({ tokens: 1, atMs: 5_000 }, pace, 1_000)).toEqual({ tokens: 1, atMs: 5_000 });
  });

  it('tells when there is a whole token', () => {
    expect(msToToken({ tokens: 0.5, atMs: 0 }, pace)).toBe(250);
    expect(msToToken({ tokens: 1.2, atMs: 0 }, pace)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { StoreClock } from '../../../../service/store/s3/store-clock.ts';

const START_MS = Date.parse('2026-01-02T03:04:05.000Z');

/** A machine whose wall clock is `skewMs` ahead of the store's, and what the store answers at a moment. */
function rig(skewMs: number) {
  let elapsedMs = 0;
  const clock = new StoreClock({ nowMs: () => START_MS + skewMs + elapsedMs, monotonicMs: () => elapsedMs });
  return {
    clock,
    pass: (ms: number) => {
      elapsedMs += ms;
    },
    errorMs: () => clock.nowMs() - (START_MS + elapsedMs),
    date: () => new Date(START_MS + elapsedMs).toUTCString(),
  };
}

describe('the store’s clock', () => {
  it.each([-3_600_000, -2_500, 2_500, 3_600_000])('is known to a second after one prompt answer: %i ms', (skewMs) => {
    const { clock, pass, errorMs, date } = rig(skewMs);
    pass(730);
    const sentAtMs = clock.monotonicMs();
    pass(20);
    const answer = date();
    pass(20);
    expect(clock.observe(answer, sentAtMs)).toBe(true);
    expect(Math.abs(errorMs())).toBeLessThanOrEqual(1_040);
  });

  it('is not moved by an answer that agrees with it, nor by one that was held for a minute', () => {
    const { clock, pass, errorMs, date } = rig(0);
    const sentAtMs = clock.monotonicMs();
    pass(500);
    const answer = date();
    expect(clock.observe(answer, sentAtMs)).toBe(false);
    pass(60_000);
    expect(clock.observe(answer, sentAtMs)).toBe(false);
    expect(errorMs()).toBe(0);
  });

  it.each([undefined, '', 'yesterday'])('learns nothing from the Date %s', (date) => {
    const { clock, errorMs } = rig(5_000);
    expect(clock.observe(date, 0)).toBe(false);
    expect(errorMs()).toBe(5_000);
  });
});

import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../service/net/rate-limit.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const take = (limit: RateLimit, key: string, times: number) => Array.from({ length: times }, () => limit.take(key));

describe('RateLimit', () => {
  it('takes a burst, then as many as come in', async () => {
    const clock = new FakeClock();
    const limit = new RateLimit({ perSecond: 2, burst: 3, maxKeys: 10, clock });
    expect(take(limit, 'a', 5)).toEqual(['taken', 'taken', 'taken', 'ran-dry', 'dry']);
    await clock.advance(499);
    expect(take(limit, 'a', 1)).toEqual(['dry']);
    await clock.advance(1);
    expect(take(limit, 'a', 2)).toEqual(['taken', 'ran-dry']);
    await clock.advance(3_600_000);
    expect(take(limit, 'a', 4), 'no more than a burst is saved up').toEqual(['taken', 'taken', 'taken', 'ran-dry']);
  });

  it('keeps keys apart', () => {
    const limit = new RateLimit({ perSecond: 1, burst: 1, maxKeys: 10, clock: new FakeClock() });
    expect([limit.take('a'), limit.take('b'), limit.take('a')]).toEqual(['taken', 'taken', 'ran-dry']);
  });

  it('forgets those not heard of for longest, and no others', () => {
    const limit = new RateLimit({ perSecond: 1, burst: 1, maxKeys: 2, clock: new FakeClock() });
    limit.take('a');
    limit.take('b');
    limit.take('a');
    limit.take('c');
    expect(limit.take('a')).toBe('dry');
    expect(limit.take('b'), 'b was forgotten').toBe('taken');
  });
});

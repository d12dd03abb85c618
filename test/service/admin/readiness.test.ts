import { beforeEach, describe, expect, it } from 'vitest';
import { ReadinessCheck } from '../../../service/admin/readiness.ts';
import { FakeClock } from '../../support/fake-clock.ts';

let clock: FakeClock;
let asked: number;
let storeIs: () => Promise<void>;
let check: ReadinessCheck;
beforeEach(() => {
  clock = new FakeClock();
  asked = 0;
  storeIs = async () => undefined;
  check = new ReadinessCheck(() => {
    asked += 1;
    return storeIs();
  }, clock);
});

describe('readiness', () => {
  it('comes with the listener and goes with the drain, without asking the store', async () => {
    expect(await check.check()).toEqual({ ready: false, reason: 'not listening yet' });
    check.listening();
    check.draining();
    expect(await check.check()).toEqual({ ready: false, reason: 'draining' });
    expect(asked).toBe(0);
  });

  it('asks the store, and remembers a good answer for a while', async () => {
    check.listening();
    expect(await check.check()).toEqual({ ready: true });
    clock.pause(9_999);
    expect(await check.check()).toEqual({ ready: true });
    expect(asked).toBe(1);
    clock.pause(1);
    await check.check();
    expect(asked).toBe(2);
  });

  it('remembers no bad answer', async () => {
    check.listening();
    storeIs = () => Promise.reject(new Error('S3 failed: SlowDown (503)'));
    expect(await check.check()).toEqual({ ready: false, reason: 'S3 failed: SlowDown (503)' });
    storeIs = async () => undefined;
    expect(await check.check()).toEqual({ ready: true });
  });

  it('does not become ready when the drain began while the store was asked', async () => {
    check.listening();
    const answer = Promise.withResolvers<void>();
    storeIs = () => answer.promise;
    const checking = check.check();
    check.draining();
    answer.resolve();
    expect(await checking).toEqual({ ready: false, reason: 'draining' });
  });
});

import { describe, expect, it } from 'vitest';
import { LedgerBusyError, SparingReads } from '../../../../service/admin/status/status-ledger.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

describe('sparing reads', () => {
  it('asks the same once in five seconds, however many look', async () => {
    const clock = new FakeClock();
    const reads = new SparingReads(clock);
    let asked = 0;
    const read = () => reads.read('recent', async () => ++asked);
    expect(await Promise.all(Array.from({ length: 50 }, read))).toEqual(Array.from({ length: 50 }, () => 1));
    await clock.advance(4_999);
    expect(await read()).toBe(1);
    await clock.advance(1);
    expect(await read()).toBe(2);
  });

  it('keeps a failure as long: a ledger in trouble is not asked more often', async () => {
    const clock = new FakeClock();
    const reads = new SparingReads(clock);
    let asked = 0;
    const read = () =>
      reads.read('recent', async () => {
        asked += 1;
        throw new Error('throttled');
      });
    await expect(read()).rejects.toThrow('throttled');
    await expect(read()).rejects.toThrow('throttled');
    expect(asked).toBe(1);
  });

  it('puts only some questions at a time', async () => {
    const reads = new SparingReads(new FakeClock());
    const never = Promise.withResolvers<number>();
    const under = ['a', 'b', 'c', 'd'].map((question) => reads.read(question, () => never.promise));
    await expect(reads.read('e', async () => 1)).rejects.toBeInstanceOf(LedgerBusyError);
    expect(reads.read('a', async () => 2)).toBe(under[0]);
    never.resolve(7);
    await Promise.all(under);
    expect(await reads.read('e', async () => 1)).toBe(1);
  });
});

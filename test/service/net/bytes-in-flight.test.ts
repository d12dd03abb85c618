import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteAccount, BytesInFlight } from '../../../service/net/bytes-in-flight.ts';
import { settled } from '../../support/fake-clock.ts';

const MIB = 1024 * 1024;

function rig(maxBytes: number) {
  const told: (readonly [boolean, number])[] = [];
  const bytesInFlight = new BytesInFlight({ maxBytes, onSaturation: (is, bytes) => told.push([is, bytes]) });
  return { bytesInFlight, told };
}

/** Whether a promise is still pending when all else has been done. */
async function isWaiting(wait: Promise<void> | undefined): Promise<boolean> {
  let done = wait === undefined;
  wait?.then(() => {
    done = true;
  });
  await settled();
  return !done;
}

describe('BytesInFlight', () => {
  it('lets everybody pass below the limit', () => {
    const { bytesInFlight, told } = rig(100);
    expect(bytesInFlight.open().take(60)).toBeUndefined();
    expect(bytesInFlight.open().take(40)).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('slows all but the oldest beyond it, and the next oldest when that is complete', async () => {
    const { bytesInFlight, told } = rig(100);
    const [first, second, third] = [bytesInFlight.open(), bytesInFlight.open(), bytesInFlight.open()];
    first.take(60);
    const secondWaits = second.take(60);
    const thirdWaits = third.take(10);
    expect(first.take(60)).toBeUndefined();
    expect(await isWaiting(secondWaits)).toBe(true);
    first.complete();
    expect(await isWaiting(secondWaits)).toBe(false);
    expect(await isWaiting(thirdWaits)).toBe(true);
    expect(second.take(10)).toBeUndefined();
    first.close();
    expect(await isWaiting(thirdWaits)).toBe(false);
    expect(told).toEqual([[true, 120]]);
    second.close();
    expect(told).toEqual([
      [true, 120],
      [false, 10],
    ]);
  });

  it('lets go of one that is given up while it waits', async () => {
    const { bytesInFlight } = rig(100);
    bytesInFlight.open().take(90);
    const late = bytesInFlight.open();
    const wait = late.take(20);
    expect(await isWaiting(wait)).toBe(true);
    late.close();
    expect(await isWaiting(wait)).toBe(false);
  });

  it('counts no more of a huge instance than is held of it', () => {
    const { bytesInFlight } = rig(30 * MIB);
    const huge = bytesInFlight.open();
    for (let sent = 0; sent < 4_096; sent++) huge.take(MIB);
    expect(bytesInFlight.isSaturated).toBe(false);
    expect(bytesInFlight.open().take(MIB)).toBeUndefined();
  });

  it('never blocks: whoever may go on, in any order, all get to their end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.scheduler(),
        async (instances, scheduler) => {
          const { bytesInFlight, told } = rig(60);
          const bring = async (account: ByteAccount, chunks: readonly number[]) => {
            for (const bytes of chunks) {
              await account.take(bytes);
              await scheduler.schedule(Promise.resolve(), 'next chunk');
            }
            account.complete();
            await scheduler.schedule(Promise.resolve(), 'stored');
            account.close();
          };
          const all = Promise.all(instances.map((chunks) => bring(bytesInFlight.open(), chunks)));
          await scheduler.waitFor(all);
          expect(bytesInFlight.isSaturated).toBe(false);
          expect(told.length % 2).toBe(0);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Filling } from '../../../../service/store/slabs/filling.ts';
import type { SlabBody } from '../../../../service/store/slabs/slab-body.ts';
import { SlabPool } from '../../../../service/store/slabs/slab-pool.ts';
import { settled } from '../../../support/fake-clock.ts';

const SLAB_BYTES = 16;
const PROGRESS_SLABS = 3;
const PROGRESS_BYTES = PROGRESS_SLABS * SLAB_BYTES;
const piece = new Uint8Array(SLAB_BYTES);

/** An object as a writer treats it: fills slabs, sends what is due away, and waits when it can do neither. */
class Sender {
  readonly account;
  readonly filling;
  readonly sent: SlabBody[] = [];
  leftSlabs: number;
  waiting = false;
  isOver = false;

  constructor(pool: SlabPool, slabs: number) {
    this.account = pool.open();
    this.filling = new Filling(this.account);
    this.leftSlabs = slabs;
  }

  get isIdle(): boolean {
    return this.waiting || this.isOver;
  }

  /** One more slab, or the end. */
  step(): void {
    if (this.leftSlabs === 0) this.end();
    else if (this.filling.grow()) {
      this.filling.fill(piece);
      this.leftSlabs -= 1;
    } else if (this.filling.bytes >= PROGRESS_BYTES) this.sent.push(this.filling.shift(this.filling.bytes));
    else {
      this.waiting = true;
      this.account.more().then(() => {
        this.waiting = false;
      });
    }
  }

  /** S3 has taken a part. */
  uploaded(): void {
    const body = this.sent.shift();
    if (body !== undefined) this.account.giveBack(body.slabs);
  }

  end(): void {
    this.isOver = true;
    this.account.giveBack(this.filling.shift(this.filling.bytes).slabs);
    this.account.close();
  }
}

describe('slabs under one budget', () => {
  it('never exceed it, let everybody come to an end, and all come back', async () => {
    const action = fc.record({ who: fc.nat(), what: fc.constantFrom('step', 'step', 'step', 'uploaded', 'cancel') });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2 * PROGRESS_SLABS, max: 24 }),
        fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }),
        fc.array(action, { maxLength: 200 }),
        async (budgetSlabs, sizes, actions) => {
          const budgetBytes = budgetSlabs * SLAB_BYTES;
          const pool = new SlabPool({ budgetBytes, slabBytes: SLAB_BYTES, progressBytes: PROGRESS_BYTES });
          const senders = sizes.map((slabs) => new Sender(pool, slabs));
          const act = async (sender: Sender, what: string) => {
            if (what === 'uploaded') sender.uploaded();
            else if (what === 'cancel' && !sender.isOver) sender.end();
            else if (!sender.isIdle) sender.step();
            await settled();
            expect(pool.usedBytes).toBeLessThanOrEqual(budgetBytes);
          };
          for (const { who, what } of actions) {
            const sender = senders[who % senders.length];
            if (sender !== undefined) await act(sender, what);
          }
          // From any state: who is not waiting goes on, and S3 takes what was sent.
          for (let rounds = 0; senders.some(({ isOver }) => !isOver); rounds++) {
            expect(rounds).toBeLessThan(500);
            for (const sender of senders) {
              await act(sender, 'step');
              await act(sender, 'uploaded');
            }
          }
          while (senders.some(({ sent }) => sent.length > 0)) for (const sender of senders) sender.uploaded();
          expect(pool.usedBytes).toBe(0);
          expect(pool.waiting).toBe(0);
          expect(pool.isPressed).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('serve those who wait in the order of asking', async () => {
    const pool = new SlabPool({ budgetBytes: 6 * SLAB_BYTES, slabBytes: SLAB_BYTES, progressBytes: PROGRESS_BYTES });
    const first = new Sender(pool, 100);
    while (!first.waiting && first.sent.length === 0) first.step();
    const order: number[] = [];
    const accounts = [1, 2, 3].map((number) => {
      const account = pool.open();
      account.more().then(() => order.push(number));
      return account;
    });
    await settled();
    expect(order).toEqual([1]);
    accounts[0]?.close();
    await settled();
    expect(order).toEqual([1, 2]);
    first.uploaded();
    await settled();
    expect(order).toEqual([1, 2, 3]);
  });

  it('refuse a budget that two could not share', () => {
    expect(
      () => new SlabPool({ budgetBytes: 5 * SLAB_BYTES, slabBytes: SLAB_BYTES, progressBytes: PROGRESS_BYTES }),
    ).toThrow(RangeError);
  });
});

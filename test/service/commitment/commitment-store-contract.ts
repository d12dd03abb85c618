import { describe, expect, it } from 'vitest';
import type { CommitmentStore } from '../../../service/commitment/commitment-store.ts';
import { claimed, decided, ended, postponed } from '../../../service/commitment/transitions.ts';
import { sampleCommitment } from './sample-commitment.ts';

/**
 * What every place for transactions must do.
 * @param open opens what `reopen`ed processes share; each call is another process
 */
export function commitmentStoreContract(name: string, open: () => Promise<CommitmentStore>): void {
  describe(`transactions in ${name}`, () => {
    let count = 0;
    const newUid = () => `2.25.${Date.now()}${count++}`;

    it('come back as they were kept, to every process', async () => {
      const [one, other] = [await open(), await open()];
      const commitment = sampleCommitment(newUid());
      expect(await one.find(commitment.transactionUid)).toBeUndefined();
      expect(await one.create(commitment)).toBe(true);
      expect(await other.find(commitment.transactionUid)).toEqual(commitment);
      expect(await other.create({ ...commitment, holder: 'p2' })).toBe(false);
      expect(await one.find(commitment.transactionUid)).toEqual(commitment);
    });

    it('are created by one of many', async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(open));
      const transactionUid = newUid();
      const created = await Promise.all(
        stores.map((store, index) =>
          store.create(sampleCommitment(transactionUid, undefined, { holder: `p${index}` })),
        ),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect((await stores[0]?.find(transactionUid))?.holder).toBe(`p${created.indexOf(true)}`);
    });

    it('are changed by one of many, and not from a revision that is past', async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(open));
      const [first] = stores;
      const commitment = sampleCommitment(newUid());
      await first?.create(commitment);
      const tries = await Promise.all(stores.map((store, index) => store.replace(claimed(commitment, `q${index}`))));
      expect(tries.filter(Boolean)).toHaveLength(1);
      const winner = await first?.find(commitment.transactionUid);
      expect(winner).toEqual(claimed(commitment, `q${tries.indexOf(true)}`));
      const later = decided(winner ?? commitment, [[0, 0x0112]], 5_000);
      expect(await first?.replace(later)).toBe(true);
      expect(await first?.replace(claimed(commitment, 'late'))).toBe(false);
      expect(await first?.replace({ ...claimed(commitment, 'late'), revision: 7 })).toBe(false);
      expect(await first?.find(commitment.transactionUid)).toEqual(later);
      expect(await first?.replace(claimed(sampleCommitment(newUid()), 'q1'))).toBe(false);
    });

    it('are due when it is time, held or not, and not when they are over', async () => {
      const [one, other] = [await open(), await open()];
      const [now, later, over] = [sampleCommitment(newUid()), sampleCommitment(newUid()), sampleCommitment(newUid())];
      for (const commitment of [now, later, over]) await one.create(commitment);
      const dueOf = async (nowMs: number) => {
        const ours = [now, later, over].map(({ transactionUid }) => transactionUid);
        const due = await other.due(nowMs, 1_000);
        return due.map(({ transactionUid }) => ours.indexOf(transactionUid)).filter((index) => index >= 0);
      };
      expect((await dueOf(1_000)).sort()).toEqual([0, 1, 2]);
      expect(await dueOf(999)).toEqual([]);
      await one.replace(postponed(later, 60_000, false));
      await one.replace(ended(over, 'reported'));
      expect(await dueOf(59_999)).toEqual([0]);
      expect(await dueOf(60_000)).toEqual([0, 1]);
      expect(await other.due(60_000, 1)).toHaveLength(1);
    });

    it('that are over are known, can be begun again, and be over again', async () => {
      const [one, other] = [await open(), await open()];
      const commitment = sampleCommitment(newUid());
      await one.create(commitment);
      const over = ended(commitment, 'reported');
      await one.replace(over);
      expect(await other.find(commitment.transactionUid)).toEqual(over);
      expect(await other.create(commitment)).toBe(false);
      expect(await other.replace(claimed(commitment, 'late'))).toBe(false);
      const again = { ...commitment, revision: over.revision + 1 };
      expect(await other.replace(again)).toBe(true);
      expect(await one.find(commitment.transactionUid)).toEqual(again);
      expect((await one.due(1_000, 1_000)).map(({ transactionUid }) => transactionUid)).toContain(again.transactionUid);
      const overAgain = ended(again, 'expired');
      expect(await one.replace(overAgain)).toBe(true);
      expect(await other.find(commitment.transactionUid)).toEqual(overAgain);
    });

    it('may have ten thousand instances', async () => {
      const store = await open();
      const uids = Array.from(
        { length: 10_000 },
        (_, n) => `2.25.${BigInt(n + 1) * 31415926535897932384626433832795n}`,
      );
      const commitment = sampleCommitment(newUid(), uids);
      expect(await store.create(commitment)).toBe(true);
      const failures = uids.map((_, position): [number, number] => [position, 0x0112]);
      const next = decided(commitment, failures, 2_000);
      expect(await store.replace(next)).toBe(true);
      expect(await store.find(commitment.transactionUid)).toEqual(next);
    });
  });
}

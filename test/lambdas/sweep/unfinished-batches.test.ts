import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import { unfinishedBatches } from '../../../lambdas/sweep/unfinished-batches.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { batchIdAt, manifestOf } from '../../support/sealed-batches.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

describe('what has not ended', () => {
  it('is nothing, of no age, in an empty ledger', async () => {
    expect(await unfinishedBatches(trial.ledger, Date.now())).toEqual({ waiting: 0, importing: 0, oldestAgeMs: 0 });
  });

  it('is counted by whether it has a job, and as old as the batch that was sealed first, whatever moved last', async () => {
    const clock = new FakeClock();
    const put = async (agoMs: number) => {
      const batchId = batchIdAt(clock.nowMs());
      const sealedAt = new Date(clock.nowMs() - agoMs).toISOString();
      const now = new Date(clock.nowMs()).toISOString();
      const place = { bucket: 'ingest', datastoreId: 'd'.repeat(32), now };
      await trial.ledger.putBatch(batchRecordOf({ ...manifestOf(batchId, 1), sealedAt }, place));
      clock.pause(1);
      return batchId;
    };
    const at = () => ({ updatedAt: new Date(clock.nowMs()).toISOString() });
    await put(1_000);
    const queued = await put(2_000);
    await trial.ledger.moveBatch(queued, 'queued', at());
    const oldest = await put(7_200_000);
    const ended = await put(86_400_000);
    for (const batchId of [oldest, ended]) await trial.ledger.moveBatch(batchId, 'queued', at());
    for (const batchId of [oldest, ended]) await trial.ledger.moveBatch(batchId, 'importing', at());
    await trial.ledger.moveBatch(ended, 'completed', at());
    const found = await unfinishedBatches(trial.ledger, clock.nowMs());
    expect(found).toMatchObject({ waiting: 2, importing: 1 });
    expect(found.oldestAgeMs).toBe(7_200_000 + 2);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverImportEvent } from '../../../lambdas/import-event/import-event.ts';
import { batchRecordOf } from '../../../lambdas/ledger/records-of.ts';
import { MemoryTasks } from '../../support/import-ports.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { manifestOf, newBatchId } from '../../support/sealed-batches.ts';

const datastoreId = 'd'.repeat(32);
let trial: LedgerTrial;

beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

async function importing(changes: { readonly taskToken?: string; readonly jobId?: string }) {
  const batchId = newBatchId();
  await trial.ledger.putBatch(batchRecordOf(manifestOf(batchId, 1), { bucket: 'ingest', datastoreId, now: '' }));
  await trial.ledger.moveBatch(batchId, 'queued', { updatedAt: '', jobName: batchId });
  await trial.ledger.moveBatch(batchId, 'importing', { updatedAt: '', ...changes });
  return batchId;
}

describe("a job's event", () => {
  const event = { datastoreId, jobId: 'j1', jobStatus: 'COMPLETED' };

  it('wakes the execution once, and is gone when it comes again', async () => {
    const tasks = new MemoryTasks();
    const jobName = await importing({ taskToken: 't', jobId: 'j1' });
    const ports = { ledger: trial.ledger, tasks };
    expect(await deliverImportEvent({ ...event, jobName }, ports)).toBe('delivered');
    expect(await deliverImportEvent({ ...event, jobName }, ports)).toBe('gone');
    expect(tasks.delivered).toEqual([{ taskToken: 't', output: { jobId: 'j1', jobStatus: 'COMPLETED' } }]);
  });

  it('finds the token before the job id is noted', async () => {
    const tasks = new MemoryTasks();
    const jobName = await importing({ taskToken: 't' });
    expect(await deliverImportEvent({ ...event, jobName }, { ledger: trial.ledger, tasks })).toBe('delivered');
  });

  it('has to come again while there is no token', async () => {
    const jobName = await importing({});
    const ports = { ledger: trial.ledger, tasks: new MemoryTasks() };
    expect(await deliverImportEvent({ ...event, jobName }, ports)).toBe('too-early');
  });

  it('is not ours without a batch of that name, in that datastore, with that job', async () => {
    const ports = { ledger: trial.ledger, tasks: new MemoryTasks() };
    const jobName = await importing({ taskToken: 't', jobId: 'j0' });
    const others = [
      event,
      { ...event, jobName: 'nightly' },
      { ...event, jobName: newBatchId() },
      { ...event, jobName, datastoreId: 'e'.repeat(32), jobId: 'j0' },
      { ...event, jobName, jobId: 'j9' },
      { ...event, jobName: `${jobName}-r1`, jobId: 'j0' },
      { ...event, jobName: `${jobName}-p0-1`, jobId: 'j0' },
    ];
    for (const other of others) expect(await deliverImportEvent(other, ports)).toBe('not-ours');
    expect(ports.tasks.delivered).toEqual([]);
  });
});

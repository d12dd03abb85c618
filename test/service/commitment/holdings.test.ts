import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ManifestInstance } from '../../../core/manifest.ts';
import { batchIdOf, batchIdSchema } from '../../../core/object-keys.ts';
import { seal } from '../../../core/seal.ts';
import { instanceRecordsOf } from '../../../lambdas/ledger/records-of.ts';
import { Holdings, type SealedRecords } from '../../../service/commitment/holdings.ts';
import { ledgerRecords } from '../../../service/commitment/ledger-records.ts';
import { manifestRecords } from '../../../service/commitment/manifest-records.ts';
import { type LedgerTrial, startLedger } from '../../support/ledger-trial.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { batchIdAt, manifestOf } from '../../support/sealed-batches.ts';
import { sampleCommitment } from './sample-commitment.ts';

const DAY = 86_400_000;
const nowMs = Date.parse('2026-01-10T00:00:00Z');
let trial: LedgerTrial;
/** Each batch has instances of its own. */
let studies = 1;
beforeAll(async () => {
  trial = await startLedger();
});
afterAll(() => trial.close());

/** A batch that was sealed then, in store and ledger, with the objects of all its instances but the last. */
async function sealed(store: MemoryStore, sealedAtMs: number): Promise<readonly ManifestInstance[]> {
  const batchId = batchIdAt(sealedAtMs);
  const manifest = manifestOf(batchId, 3, studies++);
  await seal(store, manifest);
  await trial.ledger.putInstances(instanceRecordsOf(manifest, '2026-01-01T00:00:00.000Z'));
  for (const { key, bytes } of manifest.instances.slice(0, -1)) await store.put(key, new Uint8Array(bytes));
  return manifest.instances;
}

const transactionOf = (instances: readonly ManifestInstance[], meaning: 'stored' | 'imported') =>
  sampleCommitment('2.25.7', ['2.25.404'], {
    meaning,
    acceptedAtMs: nowMs,
    references: [
      ...instances.map((one): [string, string] => [one.sopClassUid, one.sopInstanceUid]),
      ['1.2', '2.25.404'],
    ],
  });

const open = { openInstances: () => [] };

describe.each<[string, (store: MemoryStore) => SealedRecords]>([
  ['manifests', manifestRecords],
  ['the ledger', () => ledgerRecords(trial.client, trial.tables.instances)],
])('instances of sealed batches, by %s', (_, recordsIn) => {
  it('are committed while the store has them whole', async () => {
    const store = new MemoryStore({ nowMs: () => nowMs });
    const instances = await sealed(store, nowMs - DAY);
    const holdings = new Holdings({ ...open, store, records: recordsIn(store) });
    const [, second] = instances;
    if (second !== undefined) await store.put(second.key, new Uint8Array(second.bytes - 1));
    expect(await holdings.look(transactionOf(instances, 'stored'))).toEqual([
      'committed',
      'absent',
      'absent',
      'absent',
    ]);
  });

  it('cannot be told of when the store cannot be asked', async () => {
    const store = new MemoryStore({ nowMs: () => nowMs });
    const instances = await sealed(store, nowMs - DAY);
    const holdings = new Holdings({ ...open, store, records: recordsIn(store) });
    store.disturb = ({ operation }) => (operation === 'head' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    await expect(holdings.look(transactionOf(instances, 'stored'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});

describe('instances that the ledger has', () => {
  it('are committed when they are imported, if that is what is promised', async () => {
    const store = new MemoryStore({ nowMs: () => nowMs });
    const instances = await sealed(store, nowMs - DAY);
    const holdings = new Holdings({ ...open, store, records: ledgerRecords(trial.client, trial.tables.instances) });
    const transaction = transactionOf(instances, 'imported');
    expect(await holdings.look(transaction)).toEqual(['awaited', 'awaited', 'awaited', 'absent']);
    const records = await trial.ledger.instancesOf(batchIdSchema.parse(batchIdOf(instances[0]?.key ?? '')));
    const outcomes = ['imported', 'imported-with-warnings', 'failed'] as const;
    await trial.ledger.putInstances(
      records.map((record) => ({
        ...record,
        status: outcomes[instances.findIndex(({ key }) => key === record.objectKey)] ?? 'received',
      })),
    );
    expect(await holdings.look(transaction)).toEqual(['committed', 'committed', 'failed', 'absent']);
  });
});

describe('instances of open batches', () => {
  it('are committed as stored, and awaited as imported', async () => {
    const store = new MemoryStore({ nowMs: () => nowMs });
    const { instances } = manifestOf(batchIdAt(nowMs), 1, studies++);
    const holdings = new Holdings({ openInstances: () => instances, store, records: manifestRecords(store) });
    expect(await holdings.look(transactionOf(instances, 'stored'))).toEqual(['committed', 'absent']);
    expect(await holdings.look(transactionOf(instances, 'imported'))).toEqual(['awaited', 'absent']);
  });
});

describe('manifests', () => {
  it('are read from the newest on, as far as needed and no further than a week before the request', async () => {
    const store = new MemoryStore({ nowMs: () => nowMs });
    const old = await sealed(store, nowMs - 8 * DAY);
    const before = await sealed(store, nowMs - 2 * DAY);
    const last = await sealed(store, nowMs - DAY);
    store.calls.length = 0;
    const found = await manifestRecords(store).find([last[0]?.sopInstanceUid ?? ''], nowMs);
    expect([...found.keys()]).toEqual([last[0]?.sopInstanceUid]);
    expect(store.calls.filter((call) => call.startsWith('get'))).toHaveLength(1);
    expect((await manifestRecords(store).find([before[0]?.sopInstanceUid ?? ''], nowMs)).size).toBe(1);
    expect((await manifestRecords(store).find([old[0]?.sopInstanceUid ?? ''], nowMs)).size).toBe(0);
  });
});

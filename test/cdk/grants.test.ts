import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseKey, manifestKey } from '../../core/object-keys.ts';
import { type PipelineFunctionName, pipelineFunctionNames } from '../../core/pipeline-functions.ts';
import { laneOf } from '../../lambdas/dispatch/lane.ts';
import { eventually } from '../support/eventually.ts';
import { manifestBytes, newBatchId, sealBatch, storeInstance, trialManifest } from '../support/sealed-batches.ts';
import { covers, type Grant, grantsOf } from './support/policies.ts';
import { type RecordedPipeline, startRecordedPipeline } from './support/recorded-pipeline.ts';
import type { Recording } from './support/recorder.ts';

/** Services that the recording sees. The rest of what functions are granted, allowed-actions.ts gives the reason of. */
const recorded = /^(?:s3|dynamodb|states|medical-imaging):/;

const route = { name: 'main', priority: 'routine' } as const;
const sealedEvent = (batchId: string) => ({
  id: '1',
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'ingest' }, object: { key: `manifests/${batchId}.json` } },
});
const sealedBatch = (batchId: string) => ({ batchId, bucket: 'ingest', manifestKey: `manifests/${batchId}.json` });

/** Drives every function through everything that it does. */
async function exercise(pipeline: RecordedPipeline): Promise<void> {
  const { store, invoke, deliver, datastoreId, executions, heard, events, ledger, queue } = pipeline;

  // A batch from seal to arrival, by the event of its job.
  const { batchId } = await sealBatch(
    store,
    [
      { study: 1, number: 1 },
      { study: 1, number: 2, broken: true },
    ],
    route,
  );
  await deliver('intake', sealedEvent(batchId));
  const ended = await eventually(heard, () => events.find(isJobsEnd));
  await deliver('import-event', ended);
  await eventually(heard, () => (executions.find(batchId).status === 'RUNNING' ? undefined : true));
  expect(executions.find(batchId).status).toBe('SUCCEEDED');

  // An attempt to start whose job has ended already; a job whose event never came.
  const again = await sealBatch(store, [{ study: 2, number: 1 }], route);
  await invoke('register', sealedBatch(again.batchId));
  const start = { batchId: again.batchId, taskToken: 'nobody waits' };
  await invoke('start-import', start);
  await eventually(heard, () => (events.filter(isJobsEnd).length === 2 ? true : undefined));
  await invoke('start-import', start);
  await invoke('poll-import', { batchId: again.batchId, datastoreId, polls: 0 });

  // The dispatcher starts it once more, since nobody noted that it was started.
  const { jobId = '' } = (await ledger.findBatch(again.batchId)) ?? {};
  const unnoted = { jobId: null, requeued: true, lane: laneOf({ ...route, datastoreId, route: 'main' }).name };
  await ledger.moveBatch(again.batchId, 'queued', { ...unnoted, queuedAt: '0', updatedAt: '' });
  await invoke('dispatch', {});

  // Requests that are refused: once by whoever queues, once by the dispatcher while nobody else may start anything.
  const nowhere = { ...route, datastoreId: '0'.repeat(32) };
  for (const starter of ['start-import', 'dispatch'] as const) {
    const refused = await sealBatch(store, [{ study: 21, number: 1 }], nowhere);
    await invoke('register', sealedBatch(refused.batchId));
    const lease = { owner: 'test', untilMs: Date.now() + 600_000 };
    if (starter === 'dispatch') await queue.acquire(lease, Date.now());
    await invoke('start-import', { batchId: refused.batchId, taskToken: 'nobody waits' });
    if (starter === 'dispatch') {
      await queue.release({ ...lease, untilMs: 0 });
      await invoke('dispatch', {});
    }
  }

  // More than one job may hold: its parts are copied.
  const large = newBatchId();
  const two = [
    await storeInstance(store, large, { study: 22, number: 1 }),
    await storeInstance(store, large, { study: 22, number: 2 }),
  ];
  const claimed = two.map((instance) => ({ ...instance, bytes: 6_000_000_000 }));
  await store.putIfAbsent(manifestKey(large), manifestBytes(trialManifest(large, claimed, route)));
  await invoke('register', sealedBatch(large));
  await invoke('prepare-part', sealedBatch(large));
  await invoke('register', { ...sealedBatch(large), attempt: 1 });

  // STOW-RS: once into a new image set, once with another patient into one beside it, once without its manifest.
  const fast = { ...route, priority: 'stat', outlet: 'stow' } as const;
  const first = await sealBatch(store, [{ study: 23, number: 1 }], fast);
  const other = await sealBatch(store, [{ study: 23, number: 2, patient: 'P2' }], fast);
  for (const { batchId: id } of [first, other]) {
    await invoke('register', sealedBatch(id));
    expect(await invoke('store-instances', sealedBatch(id))).toMatchObject({ status: 'completed' });
  }
  const gone = await sealBatch(store, [{ study: 24, number: 1 }], fast);
  await invoke('register', sealedBatch(gone.batchId));
  await store.delete(manifestKey(gone.batchId));
  await expect(Promise.resolve(invoke('store-instances', sealedBatch(gone.batchId)))).rejects.toThrow();

  // A job whose results are not there yet.
  const late = { ...sealedBatch(again.batchId), datastoreId, outputS3Uri: 's3://results/jobs/nothing/', jobId };
  await expect(
    Promise.resolve(invoke('reconcile', { ...late, jobStatus: 'COMPLETED', outputs: 'complete' })),
  ).rejects.toThrow();

  // Manifests that are gone when the job has ended.
  await store.delete(manifestKey(again.batchId));
  await store.delete(manifestKey(large));
  await expect(Promise.resolve(invoke('prepare-part', sealedBatch(large)))).rejects.toThrow();
  await Promise.resolve(invoke('reconcile', { ...late, jobStatus: 'COMPLETED', outputs: 'as-found' })).catch(
    () => undefined,
  );
  await store.putIfAbsent(manifestKey(again.batchId), manifestBytes(again));
  await invoke('reconcile', { ...late, jobStatus: 'FAILED', outputs: 'as-found' });

  // Manifests that are not there.
  const missing = sealedBatch(newBatchId());
  await expect(Promise.resolve(invoke('register', missing))).rejects.toThrow();
  await invoke('mark-failed', { ...missing, error: { Error: 'E', Cause: 'C' } });
  const given = await sealBatch(store, [{ study: 3, number: 1 }], route);
  await invoke('register', sealedBatch(given.batchId));
  await invoke('mark-failed', { ...sealedBatch(given.batchId), error: { Error: 'E', Cause: 'C' } });

  // What the sweeper finds: a dead owner's batch, one that was sealed without its last objects, a lost event, a batch
  // that stands still after its only execution.
  const orphan = newBatchId();
  await storeInstance(store, orphan, { study: 4, number: 1 });
  await store.put(leaseKey(orphan), leaseOf(orphan));
  const raced = newBatchId();
  await storeInstance(store, raced, { study: 5, number: 1 });
  await store.putIfAbsent(manifestKey(raced), manifestBytes(trialManifest(raced, [])));
  await store.put(leaseKey(raced), leaseOf(raced));
  const still = await sealBatch(store, [{ study: 6, number: 1 }], route);
  await invoke('register', sealedBatch(still.batchId));
  executions.start(still.batchId, JSON.stringify({ batchId: 'malformed' }));
  await eventually(heard, () => (executions.find(still.batchId).status === 'RUNNING' ? undefined : true));
  await sealBatch(store, [{ study: 7, number: 1 }], route);
  await untilOlderThanNow(store, leaseKey(raced));
  await Promise.resolve(invoke('sweep', {})).catch(() => undefined);
}

/** S3 tells whole seconds: a lease of this very second is of no age, even to a sweeper that grants it none. */
async function untilOlderThanNow(store: RecordedPipeline['store'], key: string): Promise<void> {
  for (;;) {
    const lease = await store.head(key);
    if (lease !== undefined && lease.storeNowMs > lease.modifiedAtMs) return;
  }
}

const isJobsEnd = (event: object): boolean => 'detail-type' in event && event['detail-type'] === 'Import Job Completed';

const leaseOf = (batchId: string) =>
  manifestBytes({ version: 1, batchId, route, owner: 'pod', openedAt: '2026-01-02T03:04:05.000Z', renewal: 1 });

describe('what the functions are granted', () => {
  let pipeline: RecordedPipeline;
  beforeAll(async () => {
    pipeline = await startRecordedPipeline();
    await exercise(pipeline);
  }, 240_000);
  afterAll(() => pipeline.close());

  it.each(pipelineFunctionNames)('allows %s everything that it asks for', (name) => {
    const grants = grantsTo(name);
    const asked = askedBy(name);
    expect(asked.length).toBeGreaterThan(0);
    const refused = asked.filter((one) => !grants.some((grant) => allows(grant, one)));
    expect(refused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([]);
  });

  it.each(pipelineFunctionNames)('allows %s nothing that it does not ask for', (name) => {
    const asked = askedBy(name);
    const unused = grantsTo(name).filter((grant) => !asked.some((one) => allows(grant, one)));
    expect(unused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([]);
  });

  /** S3 answers 404 to who may list the bucket, so whoever is told 404 makes use of that. */
  function askedBy(name: PipelineFunctionName): readonly Pick<Recording, 'action' | 'resource'>[] {
    const own = pipeline.recordings.filter(({ caller }) => caller === name);
    const told404 = own
      .filter(({ action, status }) => action === 's3:GetObject' && status === 404)
      .map(({ resource }) => ({ action: 's3:ListBucket', resource: resource.split('/')[0] ?? '' }));
    return [...own, ...told404];
  }
});

const grantsTo = (name: PipelineFunctionName): readonly Grant[] =>
  grantsOf('existing-vpc').filter(
    ({ role, action }) => new RegExp(`Functions${name.replaceAll('-', '')}role`).test(role) && recorded.test(action),
  );

const allows = (grant: Grant, { action, resource }: Pick<Recording, 'action' | 'resource'>): boolean =>
  grant.action === action && (resource === '' || covers(plain(grant.resource), resource));

/** `<…Landing….Arn>/manifests/*` as the emulators know it: `ingest/manifests/*`. */
const plain = (resource: string): string =>
  resource
    .replace(/<\w*BucketsLanding\w*\.Arn>/, 'ingest')
    .replace(/<\w*BucketsResults\w*\.Arn>/, 'results')
    .replace(/<\w*Ledger(batches|instances|studies|commitments|limiter)\w*\.Arn>/, '$1');

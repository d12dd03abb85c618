import { beforeEach, describe, expect, it } from 'vitest';
import { importJobLimits } from '../../../core/healthimaging.ts';
import { settled } from '../../support/fake-clock.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { BatchesRig, LEASE_TTL_MS } from './batches-rig.ts';

let rig: BatchesRig;
beforeEach(() => {
  rig = new BatchesRig();
});

describe('a batch', () => {
  it('is sealed with all that was acknowledged, and leaves no lease', async () => {
    await rig.storeOne('a', 1);
    await rig.storeOne('b', 2);
    expect(rig.manifests()).toEqual([]);
    rig.batches.associationEnded('a');
    rig.batches.associationEnded('b');
    await rig.clock.advance(5_000);

    rig.expectSealedExactlyOnce(1, 2);
    expect(rig.manifests()[0]).toMatchObject({ owner: 'host/1', sealReason: 'quiet', route: { name: 'default' } });
    expect(rig.events.map(({ event }) => event)).toEqual([
      'batch-opened',
      'batch-joined',
      'batch-joined',
      'batch-sealed',
    ]);
    expect(rig.events[3]).toMatchObject({ files: 2, reason: 'quiet', studyInstanceUids: ['1.2.3.1'] });
    expect(rig.clock.nextTaskMs).toBeUndefined();
  });

  it('has its lease before anything is acknowledged, and its manifest after everything else', async () => {
    const batchId = await rig.storeOne('a', 1);
    await rig.batches.drain();
    const order = rig.store.calls.map((call) => call.replace(batchId, 'ID'));
    expect(order).toEqual([
      'put open/ID.json',
      'commit batches/ID/1.2.3.1.1/1.2.3.1.1.1.dcm',
      'putIfAbsent manifests/ID.json',
      'delete open/ID.json',
    ]);
  });

  it('is abandoned without a manifest when nothing was kept', async () => {
    rig.batches.drop(rig.batches.admit('a'));
    rig.batches.associationEnded('a');
    await rig.clock.advance(5_000);
    expect(rig.store.keys()).toEqual([]);
    expect(rig.events.map(({ event }) => event)).toEqual(['batch-opened', 'batch-joined', 'batch-abandoned']);
  });

  it('is sealed by time alone at its hard age', async () => {
    await rig.storeOne('a', 1);
    await rig.clock.advance(299_999);
    expect(rig.manifests()).toEqual([]);
    await rig.clock.advance(1);
    rig.expectSealedExactlyOnce(1);
  });

  it('never grows beyond what one import job takes, however much is in flight at once', async () => {
    const bytes = importJobLimits.maxBytes * 0.6;
    const committed = await Promise.all([1, 2, 3].map((n) => rig.commit(`a${n}`, n)));
    expect(new Set(committed.map(({ batch }) => batch)).size).toBe(1);
    await Promise.all(committed.map(({ batch, instance }) => rig.acknowledge(batch, { ...instance, bytes })));
    await rig.batches.drain();
    expect(rig.manifests().map(({ instances }) => instances.length)).toEqual([1, 1, 1]);
    rig.expectSealedExactlyOnce(1, 2, 3);
  });
});

describe('drain', () => {
  it('seals what is open', async () => {
    await rig.storeOne('a', 1);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1);
    expect(rig.manifests()[0]?.sealReason).toBe('drain');
    expect(rig.clock.nextTaskMs).toBeUndefined();
  });

  it('waits for the instances in flight', async () => {
    const { batch, instance } = await rig.commit('a', 1);
    let drained = false;
    const draining = rig.batches.drain().then(() => {
      drained = true;
    });
    await rig.clock.advance(1_000);
    expect(drained).toBe(false);
    await rig.acknowledge(batch, instance);
    await draining;
    rig.expectSealedExactlyOnce(1);
  });

  it('seals the batch too into which a lost one is rescued meanwhile', async () => {
    const { batch, instance } = await rig.commit('a', 1);
    rig.store.objects.delete(instance.key);
    await rig.storeOne('a', 2);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    rig.store.create(instance.key, sampleMetadata(1));
    const again = rig.store.create(instance.key, sampleMetadata(1));
    again.write(Buffer.from('instance 1'));
    await again.commit();
    const acknowledged = rig.acknowledge(batch, instance);
    await rig.batches.drain();
    await acknowledged;
    rig.expectSealedExactlyOnce(1, 2);
  });

  it('is done at once when there is nothing', async () => {
    await rig.batches.drain();
    expect(rig.store.calls).toEqual([]);
  });
});

describe('a seal that goes wrong', () => {
  it('is tried again, ever more seldom, until it succeeds, and is told once', async () => {
    await rig.storeOne('a', 1);
    rig.store.disturb = ({ operation, attempt }) =>
      operation === 'putIfAbsent' && attempt <= 8 ? { fail: 'STORE_UNAVAILABLE' } : undefined;
    const draining = rig.batches.drain();
    await rig.clock.advance(500 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000 - 1);
    expect(rig.eventsOf('seal-failed')).toHaveLength(7);
    await rig.clock.advance(1 + 30_000);
    await draining;
    rig.expectSealedExactlyOnce(1);
    expect(rig.eventsOf('seal-failed')).toHaveLength(8);
    expect(rig.eventsOf('batch-sealed')).toHaveLength(1);
  });

  it('is done when only its answer was lost', async () => {
    await rig.storeOne('a', 1);
    rig.store.disturb = ({ operation, attempt }) =>
      operation === 'putIfAbsent' && attempt === 1 ? { loseAnswer: 'STORE_TIMEOUT' } : undefined;
    const draining = rig.batches.drain();
    await rig.clock.advance(500);
    await draining;
    rig.expectSealedExactlyOnce(1);
    expect(rig.eventsOf('batch-sealed')).toHaveLength(1);
    expect(rig.eventsOf('batch-lost')).toHaveLength(0);
  });

  it('is told once although the lease cannot be removed at first', async () => {
    await rig.storeOne('a', 1);
    rig.store.disturb = ({ operation, attempt }) =>
      operation === 'delete' && attempt <= 2 ? { fail: 'STORE_UNAVAILABLE' } : undefined;
    const draining = rig.batches.drain();
    await rig.clock.advance(1_500);
    await draining;
    rig.expectSealedExactlyOnce(1);
    expect(rig.eventsOf('batch-sealed')).toHaveLength(1);
  });
});

describe('a lease that cannot be opened', () => {
  it('is a fault of the store, nothing is acknowledged, and the next instance tries anew', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'put' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    const { batch, instance } = await rig.commit('a', 1);
    await expect(rig.acknowledge(batch, instance)).rejects.toMatchObject({
      name: 'StoreFault',
      code: 'STORE_UNAVAILABLE',
    });
    rig.batches.drop(batch);
    await settled();
    expect(rig.eventsOf('batch-abandoned')).toHaveLength(1);
    rig.store.disturb = () => undefined;
    expect(await rig.storeOne('a', 2)).not.toBe(batch.batchId);
    await rig.batches.drain();
    expect(rig.manifests().flatMap(({ instances }) => instances)).toHaveLength(1);
  });
});

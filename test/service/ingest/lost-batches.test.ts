import { beforeEach, describe, expect, it } from 'vitest';
import { leaseKey, manifestKey } from '../../../core/object-keys.ts';
import { settled } from '../../support/fake-clock.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { BatchesRig, LEASE_TTL_MS } from './batches-rig.ts';

let rig: BatchesRig;
beforeEach(() => {
  rig = new BatchesRig();
});

describe('a lease that ran out', () => {
  it('holds the answer until the batch is sealed, with the instance in it', async () => {
    const first = await rig.commit('a', 1);
    const second = await rig.commit('a', 2);
    rig.clock.pause(LEASE_TTL_MS);
    let answered = false;
    const acknowledged = rig.acknowledge(first.batch, first.instance).then((batchId) => {
      answered = true;
      return batchId;
    });
    await settled();
    expect(answered).toBe(false);
    rig.batches.drop(second.batch);
    rig.store.objects.delete(second.instance.key);
    expect(await acknowledged).toBe(first.batch.batchId);
    rig.expectSealedExactlyOnce(1);
  });

  it('sends what comes next into a new batch', async () => {
    const old = await rig.storeOne('a', 1);
    rig.clock.pause(LEASE_TTL_MS);
    await rig.clock.advance(0);
    expect(await rig.storeOne('a', 2)).not.toBe(old);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1, 2);
  });

  it('is sealed as soon as that is known, so that nobody else need do it', async () => {
    await rig.storeOne('a', 1);
    rig.store.disturb = ({ operation }) => (operation === 'put' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    await rig.clock.advance(LEASE_TTL_MS);
    rig.expectSealedExactlyOnce(1);
  });

  it('acknowledges nothing that would be lost if the process died at once', async () => {
    await rig.storeOne('a', 1);
    const { batch, instance } = await rig.commit('a', 2);
    rig.store.objects.delete(instance.key);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    await rig.clock.advance(0);
    const writer = rig.store.create(instance.key, sampleMetadata(2));
    writer.write(Buffer.from('instance 2'));
    await writer.commit();
    await rig.acknowledge(batch, instance);
    expect(rig.isAccountedFor(2)).toBe(true);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1, 2);
  });
});

describe('a batch that the sweeper sealed first', () => {
  /** One instance acknowledged and one whose object comes after the sweeper has listed. */
  async function lostBatch() {
    await rig.storeOne('a', 1);
    const late = await rig.commit('a', 2);
    rig.store.objects.delete(late.instance.key);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    const writer = rig.store.create(late.instance.key, sampleMetadata(2));
    writer.write(Buffer.from('instance 2'));
    await writer.commit();
    return late;
  }

  it('stands when it has everything', async () => {
    const batchId = await rig.storeOne('a', 1);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1);
    expect(rig.manifests()[0]?.sealReason).toBe('owner-died');
    expect(rig.eventsOf('batch-lost')).toEqual([{ event: 'batch-lost', batchId, moved: 0 }]);
    expect(rig.eventsOf('batch-sealed')).toEqual([]);
  });

  it('stands when it has an instance that was durable and not acknowledged yet', async () => {
    const { batch, instance } = await rig.commit('a', 1);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    expect(await rig.acknowledge(batch, instance)).toBe(batch.batchId);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1);
  });

  it('loses to a new batch what the sweeper did not see', async () => {
    const { batch, instance } = await lostBatch();
    const home = await rig.acknowledge(batch, instance);
    expect(home).not.toBe(batch.batchId);
    expect(rig.isAccountedFor(2)).toBe(true);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(1, 2);
    expect(rig.eventsOf('batch-lost')).toEqual([{ event: 'batch-lost', batchId: batch.batchId, moved: 1 }]);
  });

  it.each(['copy', 'delete', 'get', 'putIfAbsent'] as const)(
    'is rescued although the store fails at the first %s',
    async (failing) => {
      const { batch, instance } = await lostBatch();
      const seen = new Set<string>();
      rig.store.disturb = ({ operation, key }) => {
        const first = operation === failing && !seen.has(operation) && !key.includes(`open/${batch.batchId}`);
        if (first) seen.add(operation);
        return first ? { fail: 'STORE_UNAVAILABLE' } : undefined;
      };
      const acknowledged = rig.acknowledge(batch, instance);
      await rig.clock.advance(10_000);
      await acknowledged;
      expect(seen.size).toBe(1);
      await rig.batches.drain();
      rig.expectSealedExactlyOnce(1, 2);
    },
  );

  it('is left alone by a second seal after its lease came back', async () => {
    const { batch, instance } = await lostBatch();
    await rig.clock.advance(0);
    await rig.acknowledge(batch, instance);
    await rig.batches.drain();
    expect(rig.store.objects.has(leaseKey(batch.batchId))).toBe(false);
    expect(rig.store.objects.has(manifestKey(batch.batchId))).toBe(true);
    rig.expectSealedExactlyOnce(1, 2);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { StoreFault } from '../../core/object-store.ts';
import { rescue } from '../../core/rescue.ts';
import { seal } from '../../core/seal.ts';
import { LEASE_TTL_MS } from '../service/ingest/batches-rig.ts';
import { part10Of, ReceptionRig, requestOf } from '../service/ingest/reception-rig.ts';
import { settled } from '../support/fake-clock.ts';
import { sampleDataSet } from '../support/sample-data-set.ts';
import { sampleMetadata } from '../support/sample-metadata.ts';
import { trialManifest } from '../support/sealed-batches.ts';

/** What the simulation and the faults of real processes found, each by the shortest way to it. */
const metadata = sampleMetadata(1);
const dataSet = sampleDataSet(metadata);

let rig: ReceptionRig;
beforeEach(() => {
  rig = new ReceptionRig();
});

describe('a machine that was suspended, and whose monotonic clock stood still meanwhile', () => {
  it('acknowledges under no lease that ran out by its wall clock', async () => {
    const { batch, instance } = await rig.commit('a', 1);
    expect(batch.lease.isFresh()).toBe(true);
    const wakeUpMs = rig.clock.nowMs() + LEASE_TTL_MS;
    Object.assign(rig.clock, { nowMs: () => wakeUpMs });
    expect(batch.lease.isFresh()).toBe(false);
    await rig.acknowledge(batch, instance);
    rig.expectSealedExactlyOnce(1);
  });
});

describe('two that send the same instance while its lease runs out', () => {
  it('do not wait for each other for ever', async () => {
    const twins = [rig.receive(requestOf(metadata)), rig.receive({ ...requestOf(metadata), associationId: 'b' })];
    for (const twin of twins) await twin.write(dataSet);
    await settled();
    rig.clock.pause(LEASE_TTL_MS);
    expect(await Promise.all(twins.map((twin) => twin.finish()))).toEqual([undefined, undefined]);
    expect(await rig.sealedInstances()).toHaveLength(1);
  });
});

describe('an instance that is refused after the sweeper found it', () => {
  it('stays where the manifest says', async () => {
    const frozen = Promise.withResolvers<void>();
    rig.store.disturb = ({ operation }) =>
      operation === 'commit' ? { loseAnswer: 'STORE_TIMEOUT', after: frozen.promise } : undefined;
    const reception = rig.receive(requestOf(metadata));
    await reception.write(dataSet);
    const finishing = reception.finish();
    await settled();
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    frozen.resolve();
    expect(await finishing).toMatchObject({ code: 'STORE_TIMEOUT' });
    await rig.batches.drain();
    const [named] = await rig.sealedInstances();
    expect(rig.store.keys('batches/')).toEqual([named?.key]);
  });

  it('stays although it came when its sender had long given it up, and nobody takes it back', async () => {
    await rig.storeOne('a', 2);
    const store = rig.storeWith({
      commit: () => Promise.reject(new StoreFault('STORE_TIMEOUT', 'given up', { retryable: true })),
      mayAppearForMs: () => LEASE_TTL_MS,
    });
    const reception = rig.receive(requestOf(metadata), store);
    await reception.write(dataSet);
    expect(await reception.finish()).toMatchObject({ code: 'STORE_TIMEOUT' });
    const [batchId = ''] = rig.events.flatMap((event) => (event.event === 'batch-opened' ? [event.batchId] : []));
    const held = rig.store.create(`batches/${batchId}/1.2.3.1.1/1.2.3.1.1.1.dcm`, metadata);
    held.write(part10Of(metadata, dataSet));
    rig.clock.pause(LEASE_TTL_MS + 1);
    await held.commit();
    await rig.sweep();
    await rig.clock.advance(LEASE_TTL_MS);
    await rig.batches.drain();
    expect(rig.store.keys('batches/')).toEqual((await rig.sealedInstances()).map(({ key }) => key).toSorted());
    expect(rig.store.keys('batches/')).toHaveLength(2);
  });
});

describe('a store that tells no checksum', () => {
  it('keeps the sweeper from sealing, and the lease from being removed', async () => {
    await rig.storeOne('a', 1);
    const { head } = rig.store;
    rig.store.head = async (key) => {
      const info = await head.call(rig.store, key);
      return info === undefined ? undefined : { ...info, crc32: '' };
    };
    rig.clock.pause(LEASE_TTL_MS + 1);
    await expect(rig.sweep()).rejects.toThrow('no CRC-32');
    expect(rig.manifests()).toEqual([]);
    expect(rig.store.keys('open/')).toHaveLength(1);
  });
});

describe('instances that a sealed batch does not name', () => {
  it('are rescued into exactly one manifest each, although two do it at once and know of different ones', async () => {
    const committed = await Promise.all([1, 2, 3].map((n) => rig.commit('a', n)));
    const strays = committed.map(({ instance }) => instance);
    const [batch] = committed.map((one) => one.batch.batchId);
    if (batch === undefined) throw new Error('no batch');
    const manifest = trialManifest(batch, []);
    await seal(rig.store, manifest);
    const [ours, theirs] = await Promise.all([
      rescue(rig.store, { ...manifest, owner: 'ours' }, strays.slice(0, 2)),
      rescue(rig.store, { ...manifest, owner: 'theirs' }, strays.slice(1)),
    ]);
    const named = rig.manifests().flatMap(({ instances }) => instances.map(({ sopInstanceUid }) => sopInstanceUid));
    expect(named.toSorted()).toEqual(strays.map(({ sopInstanceUid }) => sopInstanceUid).toSorted());
    expect([ours.size, theirs.size]).toEqual([2, 2]);
    const both = strays[1]?.key ?? '';
    expect(ours.get(both)).toBe(theirs.get(both));
  });
});

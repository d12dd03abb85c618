import { beforeEach, describe, expect, it } from 'vitest';
import { settled } from '../../support/fake-clock.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { LEASE_TTL_MS } from './batches-rig.ts';
import { part10Of, ReceptionRig, requestOf } from './reception-rig.ts';

const metadata = sampleMetadata(1);
const dataSet = sampleDataSet(metadata);

let rig: ReceptionRig;
beforeEach(() => {
  rig = new ReceptionRig();
});

/** Refuses instance 1, which the store has or, when it may come late, does not have yet. */
async function refuse(mayAppearForMs = 0): Promise<void> {
  const how = mayAppearForMs === 0 ? 'loseAnswer' : 'fail';
  rig.store.disturb = ({ operation }) => (operation === 'commit' ? { [how]: 'STORE_TIMEOUT' } : undefined);
  const reception = rig.receive(requestOf(metadata), rig.storeWith({ mayAppearForMs: () => mayAppearForMs }));
  await reception.write(dataSet);
  expect(await reception.finish()).toMatchObject({ code: 'STORE_TIMEOUT' });
  rig.store.disturb = () => undefined;
}

/** What instance 1 was sent as comes to lie in a batch. */
async function arrive(batchId: string): Promise<string> {
  const key = `batches/${batchId}/1.2.3.1.1/1.2.3.1.1.1.dcm`;
  const writer = rig.store.create(key, metadata);
  writer.write(part10Of(metadata, dataSet));
  await writer.commit();
  return key;
}

describe('an instance that was refused although the store has it', () => {
  it('is let lie, and named by its batch', async () => {
    await refuse();
    const [key] = rig.store.keys('batches/');
    expect(await rig.sealedInstances()).toMatchObject([{ key, ...metadata }]);
    expect(rig.store.keys('batches/')).toEqual([key]);
    expect(rig.store.calls.filter((call) => call.startsWith('delete batches/'))).toEqual([]);
  });

  it('is removed when its sender has sent it again by then, and not before the batch is sealed', async () => {
    await refuse();
    const [refused] = rig.store.keys('batches/');
    expect(await rig.receiveWhole(metadata, dataSet)).toBeUndefined();
    const instances = await rig.sealedInstances();
    expect(instances).toHaveLength(1);
    expect(rig.store.keys('batches/')).toEqual(instances.map(({ key }) => key));
    const sealed = rig.store.calls.findIndex((call) => call.startsWith('putIfAbsent manifests/'));
    expect(rig.store.calls.indexOf(`delete ${refused}`)).toBeGreaterThan(sealed);
  });

  it('is named once although it was refused twice', async () => {
    await refuse();
    await refuse();
    expect(rig.store.keys('batches/')).toHaveLength(2);
    expect(await rig.sealedInstances()).toHaveLength(1);
    expect(rig.store.keys('batches/')).toHaveLength(1);
  });

  it('is removed until that has succeeded', async () => {
    await refuse();
    await rig.receiveWhole(metadata, dataSet);
    rig.store.disturb = ({ operation, key, attempt }) =>
      operation === 'delete' && key.startsWith('batches/') && attempt === 1 ? { fail: 'STORE_TIMEOUT' } : undefined;
    const drained = rig.batches.drain();
    await rig.clock.advance(10_000);
    await drained;
    expect(rig.store.keys('batches/')).toHaveLength(1);
  });
});

describe('an instance that was refused and may come late', () => {
  const LATE_MS = 8_000;

  it('keeps its batch from being sealed until the store can tell, and is named when it has come', async () => {
    await refuse(LATE_MS);
    const [opened] = rig.events.flatMap((event) => (event.event === 'batch-opened' ? [event.batchId] : []));
    const drained = rig.batches.drain();
    await rig.clock.advance(LATE_MS - 1_000);
    expect(rig.manifests()).toEqual([]);
    const key = await arrive(opened ?? '');
    await rig.clock.advance(1_000);
    await drained;
    expect(rig.manifests().flatMap(({ instances }) => instances)).toMatchObject([{ key }]);
  });

  it('leaves nothing when it has not come', async () => {
    await refuse(LATE_MS);
    const drained = rig.batches.drain();
    await settled();
    expect(rig.store.keys('open/')).toHaveLength(1);
    await rig.clock.advance(LATE_MS);
    await drained;
    expect(rig.store.keys()).toEqual([]);
    expect(rig.eventsOf('batch-abandoned')).toHaveLength(1);
  });

  it('is removed when it came after the sweeper had sealed the batch', async () => {
    await rig.storeOne('a', 2);
    await refuse(LATE_MS);
    rig.clock.pause(LEASE_TTL_MS + 1);
    await rig.sweep();
    const [{ batchId = '' } = {}] = rig.manifests();
    await arrive(batchId);
    await rig.clock.advance(LATE_MS);
    await rig.batches.drain();
    rig.expectSealedExactlyOnce(2);
  });
});

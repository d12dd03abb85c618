import { beforeEach, describe, expect, it } from 'vitest';
import { StoreFault } from '../../../core/object-store.ts';
import { settled } from '../../support/fake-clock.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { ReceptionRig, requestOf, transferSyntaxUids } from './reception-rig.ts';

let rig: ReceptionRig;
beforeEach(() => {
  rig = new ReceptionRig();
});

describe('a store that fails', () => {
  const metadata = sampleMetadata(1);

  it('refuses and leaves nothing behind when it does not commit', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'commit' ? { fail: 'STORE_TIMEOUT' } : undefined);
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({
      status: 0xa700,
      code: 'STORE_TIMEOUT',
    });
    await rig.expectNothingKept();
  });

  it('refuses when the lease cannot be opened, and lets lie what was stored by then', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'put' ? { fail: 'STORE_DENIED' } : undefined);
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({
      status: 0xa700,
      code: 'STORE_DENIED',
    });
    const instances = await rig.sealedInstances();
    expect(rig.store.keys('batches/')).toEqual(instances.map(({ key }) => key));
  });

  it('lets the same instance be kept when it comes again', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'commit' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({ status: 0xa700 });
    rig.store.disturb = () => undefined;
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await rig.sealedInstances()).toHaveLength(1);
  });

  it('refuses when writing fails in the middle', async () => {
    const fault = new StoreFault('STORE_FULL', 'full', { retryable: true });
    const store = rig.storeWith({ write: () => Promise.reject(fault) });
    const reception = rig.receive(requestOf(metadata), store);
    await reception.write(sampleDataSet(metadata));
    await reception.write(Buffer.from('more'));
    expect(await reception.finish()).toMatchObject({ status: 0xa700, code: 'STORE_FULL' });
    await rig.expectNothingKept();
  });
});

describe('a slow store', () => {
  it('holds the sender until it wants more, and gets the bytes in order all the same', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata);
    const drained = Promise.withResolvers<void>();
    const written: Uint8Array[] = [];
    const store = rig.storeWith({
      write: (bytes) => {
        written.push(bytes);
        return drained.promise;
      },
    });
    const reception = rig.receive(requestOf(metadata), store);
    const first = reception.write(dataSet);
    const second = reception.write(Buffer.from('second'));
    let released = false;
    first?.then(() => {
      released = true;
    });
    await settled();
    expect([released, written.length]).toEqual([false, 1]);
    drained.resolve();
    await Promise.all([first, second]);
    expect(Buffer.concat(written).subarray(-6).toString()).toBe('second');
    await reception.cancel();
  });

  it('is waited for by the end of the data set', async () => {
    const metadata = sampleMetadata(1);
    const drained = Promise.withResolvers<void>();
    const reception = rig.receive(requestOf(metadata), rig.storeWith({ write: () => drained.promise }));
    reception.write(sampleDataSet(metadata));
    const finishing = reception.finish();
    await settled();
    expect(rig.store.calls.filter((call) => call.startsWith('commit'))).toEqual([]);
    drained.resolve();
    expect(await finishing).toBeUndefined();
  });
});

describe('an association that ends in the middle', () => {
  it.each(transferSyntaxUids)('leaves nothing of its instance: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { transferSyntaxUid });
    for (const length of [0, 20, 10_000]) {
      const reception = rig.receive(requestOf(metadata));
      reception.write(sampleDataSet(metadata, { pixels: new Uint8Array(20_000) }).subarray(0, length));
      await reception.cancel();
    }
    await rig.expectNothingKept();
    expect(rig.eventsOf('instance-stored')).toEqual([]);
    expect(rig.eventsOf('instance-refused')).toEqual([]);
  });
});

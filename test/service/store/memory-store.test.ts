import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { describeObjectStore } from './object-store-contract.ts';

const open = () => new MemoryStore({ nowMs: new FakeClock().nowMs });

describeObjectStore('MemoryStore', async () => ({ store: open(), close: async () => undefined }));

describe('a disturbed MemoryStore', () => {
  it('fails without effect, or with it', async () => {
    const store = open();
    store.disturb = ({ attempt }) => (attempt === 1 ? { fail: 'STORE_FULL' } : { loseAnswer: 'STORE_TIMEOUT' });
    await expect(store.put('a', new Uint8Array(1))).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(store.keys()).toEqual([]);
    await expect(store.put('a', new Uint8Array(1))).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(store.keys()).toEqual(['a']);
    expect(store.calls).toEqual(['put a', 'put a']);
  });

  it('waits before or after the effect', async () => {
    const store = open();
    const gate = Promise.withResolvers<void>();
    store.disturb = ({ key }) => (key === 'before' ? { before: gate.promise } : { after: gate.promise });
    const puts = [store.put('before', new Uint8Array(1)), store.put('after', new Uint8Array(1))];
    await Promise.resolve();
    await Promise.resolve();
    expect(store.keys()).toEqual(['after']);
    gate.resolve();
    await Promise.all(puts);
    expect(store.keys()).toEqual(['after', 'before']);
  });
});

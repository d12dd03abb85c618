import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFault } from '../../../core/object-store.ts';
import type { VolumeSize } from '../../../service/ingest/spool/spool-volume.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contentOf, manifestsOf, SPOOL_TTL_MS, SpoolProcess, type SpoolProcessOptions, sweep } from './spool-rig.ts';

let root: string;
let clock: FakeClock;
let store: MemoryStore;
beforeEach(async () => {
  ({ path: root } = await temporaryFolder());
  clock = new FakeClock();
  store = new MemoryStore({ nowMs: clock.nowMs });
});
// A process that is left alone may still be writing.
afterEach(() => rm(root, { recursive: true, maxRetries: 10 }));

const start = (options: Partial<SpoolProcessOptions> = {}, name = 1) =>
  SpoolProcess.start(name, { root, store, clock, ...options });

const outage = () => {
  store.disturb = () => ({ fail: 'STORE_UNAVAILABLE' });
};
const recovery = () => {
  store.disturb = () => undefined;
};
const spooled = async () => (await readdir(join(root, 'instances')).catch(() => [])).length;

/** Each of these numbers is named by one manifest, with its bytes. */
function expectSealedOnce(...numbers: readonly number[]): void {
  const named = manifestsOf(store).flatMap(({ instances }) => instances);
  expect(named.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual(
    numbers.map((n) => sampleMetadata(n).sopInstanceUid).sort(),
  );
  for (const { key, sopInstanceUid } of named) {
    const n = numbers.find((number) => sampleMetadata(number).sopInstanceUid === sopInstanceUid) ?? 0;
    expect(store.text(key)).toBe(contentOf(n).toString());
  }
}

describe('a spool', () => {
  it('uploads what it is given, leaves nothing on the disk, and has all of it sealed', async () => {
    const process = await start();
    for (const n of [1, 2, 3]) expect(await process.keep(n)).toMatchObject({ outcome: 'kept', home: 'spool' });
    await process.heard('instance-uploaded', 3);
    process.spool.associationEnded('a');
    await process.passUntil(() => manifestsOf(store).length > 0);
    expectSealedOnce(1, 2, 3);
    expect(await spooled()).toBe(0);
    expect(await readdir(join(root, 'sending'))).toEqual([]);
    expect(process.spool).toMatchObject({ instances: 0, bytes: 0, oldestAgeMs: 0, isFailing: false });
  });

  it('acknowledges through hours of outage, tries ever more seldom, and then uploads all of it', async () => {
    const process = await start({ fsync: false });
    await process.heard('spool-opened');
    outage();
    for (const n of [1, 2, 3, 4, 5, 6]) await process.keep(n, `a${n}`);
    await process.heard('upload-failed');
    const hours = clock.monotonicMs() + 4 * 3_600_000;
    await process.passUntil(() => clock.monotonicMs() >= hours, { stepMs: 120_000 });
    expect(process.spool).toMatchObject({ instances: 6, isFailing: true });
    expect(process.spool.oldestAgeMs).toBeGreaterThanOrEqual(4 * 3_600_000);
    const failures = process.eventsOf('upload-failed').length;
    expect(failures).toBeLessThan(4 * 60 + 10);
    expect(process.eventsOf('upload-failed').at(-1)?.retryMs).toBe(60_000);
    await process.spool.check();

    recovery();
    await process.finish();
    expectSealedOnce(1, 2, 3, 4, 5, 6);
    expect(process.eventsOf('uploads-resumed')).toHaveLength(1);
    expect(process.spool.isFailing).toBe(false);
  }, 60_000);

  it('leaves what it could not upload to the next process', async () => {
    outage();
    const first = await start();
    for (const n of [1, 2]) await first.keep(n);
    await first.heard('upload-failed');
    await first.spool.drain(Promise.resolve());
    expect(first.eventsOf('spool-drained')).toMatchObject([{ leftInstances: 2 }]);
    expect(await spooled()).toBe(2);

    recovery();
    const second = await start({}, 2);
    await second.heard('spool-opened');
    expect(second.eventsOf('spool-opened')).toMatchObject([{ instances: 2 }]);
    await second.finish();
    expectSealedOnce(1, 2);
  });

  it('takes the same bytes once, and others under the same UID as well', async () => {
    outage();
    const process = await start();
    const metadata = sampleMetadata(1);
    await process.keep(1);
    expect(await process.keep(1)).toMatchObject({ outcome: 'identical', home: 'spool' });
    expect(await process.keep(2, 'a', 'default', metadata)).toMatchObject({ outcome: 'kept' });
    expect(await spooled()).toBe(2);
    recovery();
    await process.finish();
    const named = manifestsOf(store).flatMap(({ instances }) => instances);
    expect(named.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      metadata.sopInstanceUid,
      metadata.sopInstanceUid,
    ]);
    expect(named.map(({ key }) => store.text(key)).sort()).toEqual([contentOf(1), contentOf(2)].map(String).sort());
  });

  it('uploads what is urgent first, and associations in turn', async () => {
    const free = Promise.withResolvers<void>();
    const process = await start({ uploads: 1 });
    await process.heard('spool-opened');
    let held = true;
    store.disturb = ({ operation }) => (held && operation === 'commit' ? { before: free.promise } : undefined);
    await process.keep(1, 'a');
    for (const n of [2, 3, 4]) await process.keep(n, 'a');
    await process.keep(5, 'b');
    await process.keep(6, 'c', 'stat');
    held = false;
    free.resolve();
    await process.heard('instance-uploaded', 6);
    const order = process
      .eventsOf('instance-uploaded')
      .map(({ sopInstanceUid }) => Number(sopInstanceUid.split('.').at(-1)));
    expect(order).toEqual([1, 6, 2, 5, 3, 4]);
  });

  it('waits with what is for a route that is not there any more, and uploads the rest', async () => {
    const process = await start();
    await process.keep(1, 'a', 'gone');
    await process.keep(2);
    await process.heard('instance-uploaded');
    await process.heard('upload-failed');
    expect(process.eventsOf('upload-failed')).toMatchObject([{ code: 'ROUTE_UNKNOWN' }]);
    await process.passUntil(() => process.spool.instances === 1);
    expect(process.spool.isFailing).toBe(false);
    expect(await spooled()).toBe(1);
  });
});

describe('a volume that fills up', () => {
  const withSize = (size: { availableBytes: number }) => ({
    measure: async (): Promise<VolumeSize> => ({ totalBytes: 100_000, ...size }),
  });

  it('turns associations away, then instances, and takes both again when it has emptied', async () => {
    const size = { availableBytes: 50_000 };
    const process = await start(withSize(size));
    expect(process.spool.isHigh).toBe(false);
    size.availableBytes = 20_000;
    await clock.advance(2_000);
    expect(process.spool.isHigh).toBe(true);
    await process.keep(1);
    size.availableBytes = 10_000;
    await clock.advance(2_000);
    await expect(process.keep(2)).rejects.toMatchObject({ code: 'STORE_FULL', status: 0xa700 });
    // So close below the marks it may be full again with the next instance.
    size.availableBytes = 21_000;
    await clock.advance(2_000);
    expect(process.spool.isHigh).toBe(true);
    size.availableBytes = 30_000;
    await clock.advance(2_000);
    expect(process.spool.isHigh).toBe(false);
    await process.keep(2);
    expect(process.eventsOf('spool-level').map(({ fill }) => fill)).toEqual(['high', 'full', 'high', 'normal']);
  });

  it('refuses an instance in its midst rather than fill the volume', async () => {
    const process = await start(withSize({ availableBytes: 30_000 }));
    await process.heard('spool-opened');
    const metadata = sampleMetadata(1);
    const keeping = process.spool.keeper('default').begin('a', metadata);
    for (let part = 0; part < 30; part++) await keeping.write(Buffer.alloc(1_000));
    await expect(keeping.keep(metadata)).rejects.toBeInstanceOf(StoreFault);
    await keeping.discard();
    expect(await spooled()).toBe(0);
    expect(await readdir(join(root, '.incoming'))).toEqual([]);
    expect(process.spool.instances).toBe(0);
  });

  it('goes by what was written when it cannot be measured', async () => {
    let fails = false;
    const process = await start({
      measure: async () => {
        if (fails) throw new Error('EIO');
        return { totalBytes: 100_000, availableBytes: 25_000 };
      },
    });
    fails = true;
    await clock.advance(10_000);
    expect(process.spool.isHigh).toBe(false);
    for (const n of [1, 2]) await process.keep(n);
    expect(process.spool.isHigh).toBe(true);
  });
});

describe('two processes at one spool', () => {
  it('upload one after the other, and receive at the same time', async () => {
    const first = await start();
    await first.heard('spool-opened');
    const second = await start({}, 2);
    await second.keep(1);
    await second.passUntil(() => clock.monotonicMs() > 3 * SPOOL_TTL_MS);
    expect(second.eventsOf('spool-busy')).toMatchObject([{ owner: 'host/1' }]);
    expect(second.spool.instances).toBe(1);
    await first.keep(2);
    await first.heard('instance-uploaded');
    await first.spool.drain(Promise.resolve());
    await second.passUntil(() => second.eventsOf('instance-uploaded').length === 1);
    await Promise.all([first.routes.drain(), second.routes.drain()]);
    expectSealedOnce(1, 2);
  });

  it('take over when the other shows no sign of life, which it then notices', async () => {
    const otherClock = new FakeClock();
    const first = await start({ clock: otherClock });
    await first.heard('spool-opened');
    const second = await start({}, 2);
    await second.passUntil(() => second.eventsOf('spool-opened').length > 0);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(SPOOL_TTL_MS);
    await first.passUntil(() => first.eventsOf('spool-busy').length > 0);
    expect(first.eventsOf('spool-busy')).toMatchObject([{ owner: 'host/2' }]);
  });
});

describe('an upload whose end a process did not see', () => {
  /** Uploads one instance and dies when the store has it and nothing was taken out of the spool. */
  async function dieAfterCommit(): Promise<void> {
    const stored = Promise.withResolvers<void>();
    store.disturb = ({ operation }) => {
      if (operation !== 'commit') return undefined;
      queueMicrotask(() => stored.resolve());
      return { after: new Promise(() => undefined) };
    };
    const first = await start({ clock: new FakeClock() });
    await first.keep(1);
    await stored.promise;
    recovery();
  }

  it('is not done again when the sweeper has sealed its batch', async () => {
    await dieAfterCommit();
    const second = await start({}, 2);
    await second.passUntil(() => second.eventsOf('spool-opened').length > 0);
    await second.passUntil(() => second.spool.instances === 0, { between: () => sweep(store) });
    expect(second.eventsOf('instance-uploaded')).toMatchObject([{ outcome: 'found' }]);
    await second.finish();
    expectSealedOnce(1);
  });

  it('waits for the batch to be sealed, whatever else is uploaded meanwhile', async () => {
    await dieAfterCommit();
    const second = await start({}, 2);
    await second.keep(2);
    await second.passUntil(() => second.eventsOf('instance-uploaded').length > 0);
    const later = clock.monotonicMs() + 30_000;
    await second.passUntil(() => clock.monotonicMs() >= later);
    expect(second.spool.instances).toBe(1);
    await second.passUntil(() => second.spool.instances === 0, { between: () => sweep(store) });
    await second.finish();
    expectSealedOnce(1, 2);
  });

  it('is done again when nothing of it came to the store', async () => {
    store.disturb = ({ operation }) => (operation === 'commit' ? { before: new Promise(() => undefined) } : undefined);
    const first = await start({ clock: new FakeClock() });
    await first.keep(1);
    await first.heard('batch-opened');
    recovery();
    const second = await start({}, 2);
    await second.passUntil(() => second.spool.instances === 0 && second.eventsOf('spool-opened').length > 0, {
      between: () => sweep(store),
    });
    await second.finish();
    expectSealedOnce(1);
  });

  it('is not done twice when the answer of the store was lost', async () => {
    store.disturb = ({ operation }) => {
      if (operation !== 'commit') return undefined;
      recovery();
      return { loseAnswer: 'STORE_TIMEOUT' };
    };
    const process = await start();
    await process.keep(1);
    process.spool.associationEnded('a');
    await process.passUntil(() => process.spool.instances === 0, { between: () => sweep(store) });
    await process.finish();
    expectSealedOnce(1);
  });
});

import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FairQueue } from '../../../service/ingest/spool/fair-queue.ts';
import { parseSpoolKey, spoolKey } from '../../../service/ingest/spool/spool-name.ts';
import {
  decodeTrailer,
  encodeTrailer,
  maxTrailerBytes,
  SpoolDamage,
} from '../../../service/ingest/spool/spool-trailer.ts';
import { RunningDigest } from '../../../service/store/running-digest.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contentOf, manifestsOf, SpoolProcess } from './spool-rig.ts';

const content = contentOf(1);
const digest = new RunningDigest();
digest.update(content);
const record = { version: 1, ...digest.get(), ...sampleMetadata(1) } as const;
const file = Buffer.concat([content, encodeTrailer(record)]);
const readNames = (root: string, folder = 'instances') => readdir(join(root, folder));
const decode = (bytes: Buffer) => decodeTrailer(bytes.subarray(-maxTrailerBytes), bytes.length);

describe('a spooled file', () => {
  it('says at its end what it holds', () => {
    expect(decode(file)).toEqual(record);
  });

  it('is no whole file when it is cut anywhere', () => {
    for (let bytes = 0; bytes < file.length; bytes++) {
      expect(() => decode(file.subarray(0, bytes))).toThrow(SpoolDamage);
    }
  });

  it('is no whole file when something was put before it, or a bit of its end has fallen over', () => {
    expect(() => decode(Buffer.concat([Buffer.of(0), file]))).toThrow('it does not have its length');
    for (let at = content.length; at < file.length; at++) {
      const other = Buffer.from(file);
      other[at] = (other[at] ?? 0) ^ 0x10;
      expect(() => decode(other)).toThrow(SpoolDamage);
    }
  });

  it('has a name that can be read back, and no other has', () => {
    const name = { id: '01JGKZ00000000000000000001', associationId: '01JGKZ00000000000000000002', route: 'stat' };
    expect(parseSpoolKey(spoolKey(name))).toEqual(name);
    for (const key of ['instances/x', 'instances/lost+found', `${spoolKey(name)}.tmp`, 'sending/x']) {
      expect(parseSpoolKey(key)).toBe(undefined);
    }
  });
});

describe('a file of the spool that is not what was acknowledged', () => {
  let root: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ path: root, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  /** A spool that another process left with instances 1, 2 and 3; the second is damaged. */
  async function uploadBeside(damage: (path: string) => Promise<void>) {
    const clock = new FakeClock();
    const store = new MemoryStore({ nowMs: clock.nowMs });
    const first = await SpoolProcess.start(1, { root, store, uploads: 0 });
    for (const n of [1, 2, 3]) await first.keep(n, `a${n}`);
    await first.heard('spool-opened');
    await first.spool.drain(Promise.resolve());
    const names = await readNames(root);
    await damage(join(root, 'instances', names.find((name) => name.includes('~a2~')) ?? ''));
    const second = await SpoolProcess.start(2, { root, store, clock });
    await second.heard('spool-opened');
    await second.finish();
    return { store, second };
  }

  it.each([
    ['cut', (path: string) => truncate(path, 1_000)],
    ['empty', (path: string) => truncate(path, 0)],
    ['other in its middle', (path: string) => writeFile(path, 'X', { flag: 'r+' })],
  ])('since it is %s is set aside and told of, and the others are uploaded', async (_how, damage) => {
    const { store, second } = await uploadBeside(damage);
    const named = manifestsOf(store).flatMap(({ instances }) => instances);
    expect(named.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual(
      [1, 3].map((n) => sampleMetadata(n).sopInstanceUid),
    );
    expect(store.keys('batches/')).toHaveLength(2);
    expect(second.eventsOf('spool-record-damaged')).toHaveLength(1);
    expect(await readNames(root, 'damaged')).toHaveLength(1);
    expect(await readNames(root)).toEqual([]);
  });
});

describe('a fair queue', () => {
  it('gives every lane its turn before any has a second one, and each its own order', () => {
    const lanes = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    fc.assert(
      fc.property(lanes, (pushed) => {
        const queue = new FairQueue<{ lane: string; at: number }>();
        for (const [at, lane] of pushed.entries()) queue.push(lane, false, { lane, at });
        const taken = pushed.map(() => queue.take());
        expect(queue.take()).toBe(undefined);
        const turns = new Map<string, number>();
        for (const [index, item] of taken.entries()) {
          const lane = item?.lane ?? '';
          turns.set(lane, (turns.get(lane) ?? 0) + 1);
          const before = taken.slice(0, index).findLast((other) => other?.lane === lane);
          expect(item?.at).toBeGreaterThan(before?.at ?? -1);
          // Whoever still has something has had as many turns, but for the one that is on.
          for (const other of new Set(taken.slice(index + 1).map((later) => later?.lane ?? ''))) {
            expect((turns.get(lane) ?? 0) - (turns.get(other) ?? 0)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('takes the urgent before all others', () => {
    const queue = new FairQueue<number>();
    queue.push('a', false, 1);
    queue.push('b', true, 2);
    queue.push('b', true, 3);
    queue.push('a', false, 4);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([2, 3, 1, 4]);
  });
});

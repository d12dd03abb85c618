import { cpSync, existsSync, mkdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ObjectStore } from '../../../core/object-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contentOf, manifestsOf, SpoolProcess, sweep } from './spool-rig.ts';

/** A disk that the first process loses at a chosen operation, and what of it is not safe from a power cut by then. */
const disk = vi.hoisted(() => ({
  /** Only what happens below it counts. */
  root: '',
  operationsLeft: Number.POSITIVE_INFINITY,
  isLost: false,
  /** By path, bytes that have been synced; of files whose content is not safe altogether. */
  unsynced: new Map<string, number>(),
  /** Names that are not safe yet, and what they were before. */
  renamed: new Map<string, string>(),
  onLost: () => {},
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const never = new Promise<never>(() => undefined);
  /** One operation; the process may die instead of doing it. */
  const step = async (path: string): Promise<void> => {
    if (disk.root === '' || !path.startsWith(disk.root)) return;
    if (!disk.isLost && disk.operationsLeft === 0) {
      disk.isLost = true;
      disk.onLost();
    }
    if (disk.isLost) return never;
    disk.operationsLeft -= 1;
  };
  return {
    ...real,
    open: async (path: string, flags: string) => {
      await step(path);
      const handle = await real.open(path, flags);
      if (flags === 'wx') disk.unsynced.set(path, 0);
      const sync = handle.sync.bind(handle);
      const writev = handle.writev.bind(handle);
      handle.sync = async () => {
        await step(path);
        await sync();
        disk.unsynced.delete(path);
        for (const to of [...disk.renamed.keys()]) if (dirname(to) === path) disk.renamed.delete(to);
      };
      handle.writev = async <T extends readonly NodeJS.ArrayBufferView[]>(buffers: T, position?: number) => {
        await step(path);
        return writev(buffers, position);
      };
      return handle;
    },
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      await step(String(args[0]));
      await real.writeFile(...args);
      disk.unsynced.set(String(args[0]), 0);
    },
    rename: async (from: string, to: string) => {
      await step(to);
      await real.rename(from, to);
      const synced = disk.unsynced.get(from);
      disk.unsynced.delete(from);
      if (synced !== undefined) disk.unsynced.set(to, synced);
      disk.renamed.set(to, from);
    },
    link: async (from: string, to: string) => {
      await step(to);
      await real.link(from, to);
    },
    rm: async (path: string, options: object) => {
      await step(path);
      await real.rm(path, options);
      disk.renamed.delete(path);
      disk.unsynced.delete(path);
    },
  };
});

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});
afterEach(() => {
  disk.root = '';
  return remove();
});

type Death = 'killed' | 'power-cut';

/** What is left of the disk: of what was not synced, a part of the bytes and none of the names. */
function leaveBehind(from: string, to: string, death: Death, random: () => number): void {
  cpSync(from, to, { recursive: true });
  if (death === 'killed') return;
  const there = (path: string) => path.replace(from, to);
  for (const [path, syncedBytes] of disk.unsynced) {
    if (!existsSync(there(path))) continue;
    const { size } = statSync(there(path));
    truncateSync(there(path), syncedBytes + Math.floor(random() * (size - syncedBytes)));
  }
  for (const [path, before] of disk.renamed) {
    if (!existsSync(there(path)) || random() < 0.5) continue;
    mkdirSync(dirname(there(before)), { recursive: true });
    renameSync(there(path), there(before));
  }
}

/** The store as a process sees it: after its death, nothing of what it asked for happens any more. */
function seenBy(store: ObjectStore, isDead: () => boolean): ObjectStore {
  const never = new Promise<never>(() => undefined);
  const guarded = (target: object): unknown =>
    new Proxy(target, {
      get: (object, name) => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (isDead() && name !== 'create' && name !== 'digest') return never;
          const result: unknown = member.apply(object, args);
          return name === 'create' ? guarded(result as object) : result;
        };
      },
    });
  return guarded(store) as ObjectStore;
}

const INSTANCES = 3;

/**
 * One process spools and, unless the store is away, uploads, and dies before its `operations`-th change of the disk; a
 * second one finds what is left. @returns whether the first came to its end
 */
async function live(operations: number, death: Death, isStoreAway: boolean, random: () => number): Promise<boolean> {
  const [before, after] = [join(folder, `${operations}-before`), join(folder, `${operations}-after`)];
  const clock = new FakeClock();
  const store = new MemoryStore({ nowMs: clock.nowMs });
  const first = await SpoolProcess.start(1, { root: before, store: seenBy(store, () => disk.isLost || isStoreAway) });
  const acknowledged = new Set<number>();
  const lost = new Promise<void>((resolve) => {
    disk.onLost = () => {
      leaveBehind(before, after, death, random);
      resolve();
    };
  });
  disk.unsynced.clear();
  disk.renamed.clear();
  Object.assign(disk, { root: before, operationsLeft: operations, isLost: false });
  const work = async () => {
    for (let n = 1; n <= INSTANCES; n++) {
      await first.keep(n, `a${n}`);
      if (!disk.isLost) acknowledged.add(n);
    }
    if (!isStoreAway) await first.heard('instance-uploaded', INSTANCES);
  };
  await Promise.race([work(), lost]);
  const isComplete = !disk.isLost;
  if (isComplete) {
    disk.isLost = true;
    disk.onLost();
  }
  disk.root = '';

  const second = await SpoolProcess.start(2, { root: after, store, clock });
  await second.passUntil(() => second.eventsOf('spool-opened').length > 0 && second.spool.instances === 0, {
    stepMs: 5_000,
    between: () => sweep(store),
  });
  await second.finish();
  for (let pass = 0; pass < 3; pass++) {
    await clock.advance(60_000);
    await sweep(store);
  }

  const named = manifestsOf(store).flatMap(({ instances }) => instances);
  for (let n = 1; n <= INSTANCES; n++) {
    const of = named.filter(({ sopInstanceUid }) => sopInstanceUid === sampleMetadata(n).sopInstanceUid);
    expect(of.length).toBeGreaterThanOrEqual(acknowledged.has(n) ? 1 : 0);
    expect(of.length).toBeLessThanOrEqual(1);
    for (const { key } of of) expect(store.text(key)).toBe(contentOf(n).toString());
  }
  expect(second.eventsOf('spool-record-damaged')).toEqual([]);
  return isComplete;
}

/** Always the same numbers. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a process that dies between any two changes of the disk', () => {
  it.each([
    ['killed', 'while the store is away', true],
    ['killed', 'while it uploads', false],
    ['power-cut', 'while the store is away', true],
    ['power-cut', 'while it uploads', false],
  ] as const)(
    '(%s, %s) leaves all that was acknowledged, whole, for one manifest each',
    async (death, _when, isStoreAway) => {
      const random = randomFrom(7);
      let operations = 0;
      while (!(await live(operations, death, isStoreAway, random))) operations += 1;
      // Each instance has a write, two syncs, a rename and more.
      expect(operations).toBeGreaterThan(5 * INSTANCES);
    },
    240_000,
  );
});

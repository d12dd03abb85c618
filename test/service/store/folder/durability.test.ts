import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderStore } from '../../../../service/store/folder/folder-store.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** What was asked of the file system, which does it all the same; `held` paths are synced only after their promise. */
const disk = vi.hoisted(() => ({
  log: [] as string[],
  held: new Map<string, Promise<void>>(),
  failing: new Set<string>(),
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    open: async (path: string, flags: string) => {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await disk.held.get(path);
        if (disk.failing.has(path)) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        await sync();
        disk.log.push(`sync ${path}`);
      };
      return handle;
    },
    rename: async (from: string, to: string) => {
      await real.rename(from, to);
      disk.log.push(`rename ${to}`);
    },
    link: async (from: string, to: string) => {
      await real.link(from, to);
      disk.log.push(`link ${to}`);
    },
  };
});

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: root, remove } = await temporaryFolder());
  disk.held.clear();
  disk.failing.clear();
});
afterEach(() => remove());

let ids = 0;
async function openStore(fsync = true, folder = root): Promise<FolderStore> {
  return FolderStore.open({
    root: folder,
    durability: { fsync },
    nowMs: Date.now,
    newId: () => `id-${++ids}`,
    describe: async () => undefined,
  });
}

async function commit(store: FolderStore, key: string): Promise<void> {
  const writer = store.create(key, sampleMetadata(1));
  await writer.write(Buffer.from('bytes'));
  await writer.commit();
  disk.log.push(`done ${key}`);
}

const log = () => disk.log.map((line) => line.replaceAll(root, '').replace(/id-\d+/, 'ID'));

describe('a commit', () => {
  it('syncs the file, its new folders from below to above, its name, and answers last', async () => {
    const store = await openStore();
    disk.log.length = 0;
    await commit(store, 'batches/x/1.dcm');
    expect(log()).toEqual([
      'sync /.incoming/ID',
      'sync /batches',
      'sync ',
      'rename /batches/x/1.dcm',
      'sync /batches/x',
      'done batches/x/1.dcm',
    ]);
  });

  it('syncs only file and folder when the folder is known', async () => {
    const store = await openStore();
    disk.log.length = 0;
    await commit(store, 'batches/x/1.dcm');
    disk.log.length = 0;
    await commit(store, 'batches/x/2.dcm');
    expect(log()).toEqual(['sync /.incoming/ID', 'rename /batches/x/2.dcm', 'sync /batches/x', 'done batches/x/2.dcm']);
  });

  it('waits for the folders that another commit has made and not synced yet', async () => {
    const store = await openStore();
    disk.log.length = 0;
    const gate = Promise.withResolvers<void>();
    disk.held.set(root, gate.promise);
    const first = commit(store, 'batches/x/1/1.dcm');
    await vi.waitFor(() => expect(log()).toContain('sync /batches'));
    const second = commit(store, 'batches/x/2/2.dcm');
    const third = commit(store, 'batches/x/1/3.dcm');
    // Work of the same kind that nothing holds up: time enough for a commit that does not wait.
    const other = await temporaryFolder();
    const elsewhere = await openStore(true, other.path);
    for (let n = 0; n < 20; n++) await commit(elsewhere, `${n}/${n}/${n}.dcm`);
    expect(log().filter((line) => line.startsWith('done batches'))).toEqual([]);
    gate.resolve();
    await Promise.all([first, second, third]);
    await other.remove();
    const top = log().indexOf('sync ');
    for (const key of ['1/1', '2/2', '1/3']) expect(log().indexOf(`done batches/x/${key}.dcm`)).toBeGreaterThan(top);
  });

  it('leaves nothing when the folder cannot be synced after the object got its name', async () => {
    const store = await openStore();
    disk.log.length = 0;
    await commit(store, 'batches/x/1.dcm');
    disk.failing.add(join(root, 'batches/x'));
    const writer = store.create('batches/x/2.dcm', sampleMetadata(2));
    await writer.write(Buffer.from('bytes'));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault' });
    await writer.discard();
    expect(await store.get('batches/x/2.dcm')).toBeUndefined();
  });

  it('syncs nothing when that was not asked for', async () => {
    const store = await openStore(false);
    disk.log.length = 0;
    await commit(store, 'batches/x/1.dcm');
    expect(log()).toEqual(['done batches/x/1.dcm']);
    expect(await store.get('batches/x/1.dcm')).toEqual(Buffer.from('bytes'));
  });
});

describe('small objects', () => {
  it.each([
    ['put', 'rename'],
    ['putIfAbsent', 'link'],
  ] as const)('are durable after %s', async (operation, naming) => {
    const store = await openStore();
    disk.log.length = 0;
    await store[operation]('open/x.json', Buffer.from('{}'));
    expect(log()).toEqual(['sync /.incoming/ID', 'sync ', `${naming} /open/x.json`, 'sync /open']);
  });

  it('are durable after a copy', async () => {
    const store = await openStore();
    disk.log.length = 0;
    await store.put('a', Buffer.from('a'));
    disk.log.length = 0;
    await store.copy('a', 'b/c');
    expect(log()).toEqual(['sync /.incoming/ID', 'sync ', 'rename /b/c', 'sync /b']);
  });
});

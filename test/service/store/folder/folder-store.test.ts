import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeFile } from '../../../../service/ingest/describe-file.ts';
import { folderFault } from '../../../../service/store/folder/folder-fault.ts';
import { FolderStore } from '../../../../service/store/folder/folder-store.ts';
import { peakWhileWriting } from '../../../support/flat-memory.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { describeObjectStore, samplePart10 } from '../object-store-contract.ts';

let ids = 0;
const openStore = (root: string, fsync = true) =>
  FolderStore.open({
    root,
    durability: { fsync },
    nowMs: Date.now,
    newId: () => `id-${++ids}`,
    describe: describeFile,
  });

for (const fsync of [true, false]) {
  describeObjectStore(`FolderStore with fsync ${fsync}`, async () => {
    const folder = await temporaryFolder();
    return { store: await openStore(folder.path, fsync), close: folder.remove };
  });
}

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: root, remove } = await temporaryFolder());
});
afterEach(() => remove());

const incoming = () => readdir(join(root, '.incoming'));
const bytes = new TextEncoder().encode('bytes');
const metadata = sampleMetadata(1);

async function keysOf(store: FolderStore, prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

describe('a folder', () => {
  it('holds each object as a file of its name, with nothing else beside', async () => {
    const store = await openStore(root);
    const writer = store.create('batches/x/1.dcm', metadata);
    await writer.write(samplePart10(metadata));
    await writer.commit();
    expect(await readFile(join(root, 'batches/x/1.dcm'))).toEqual(samplePart10(metadata));
    expect(await incoming()).toEqual([]);
    expect((await readdir(root)).toSorted()).toEqual(['.incoming', 'batches']);
  });

  it('is made when it is not there', async () => {
    const store = await openStore(join(root, 'a/b/c'));
    await store.put('x', bytes);
    expect(await readFile(join(root, 'a/b/c/x'))).toHaveLength(bytes.length);
  });

  it.each(['relative', 'with a slash at its end', 'with dots in it'])('may be given %s', async (how) => {
    const given = {
      relative: relative(process.cwd(), root),
      'with a slash at its end': `${root}/`,
      'with dots in it': `${root}/./x/..`,
    }[how];
    const store = await openStore(given ?? '');
    await store.put('a/b', bytes);
    await store.put('c', bytes);
    expect(await keysOf(store)).toEqual(['a/b', 'c']);
    expect(await keysOf(store, 'a/')).toEqual(['a/b']);
  });

  it('is cleared of what an interrupted process left unfinished, and of nothing else', async () => {
    const store = await openStore(root);
    const writer = store.create('batches/x/1.dcm', metadata);
    await writer.write(new Uint8Array(3 * 1024 * 1024));
    await store.put('kept', bytes);
    expect(await incoming()).toHaveLength(1);
    const next = await openStore(root);
    expect(await incoming()).toEqual([]);
    expect(await keysOf(next)).toEqual(['kept']);
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault' });
    expect(await keysOf(next)).toEqual(['kept']);
  });

  it('tells what an object is from its bytes, however far into them it must read', async () => {
    const store = await openStore(root);
    for (const transferSyntaxUid of ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1.99']) {
      const of = sampleMetadata(2, { transferSyntaxUid });
      const writer = store.create('x.dcm', of);
      await writer.write(samplePart10(of, new Uint8Array(200_000)));
      await writer.commit();
      const info = await store.head('x.dcm');
      const { receivedAt: _, ...described } = of;
      expect(info?.metadata).toEqual({
        ...described,
        receivedAt: (await stat(join(root, 'x.dcm'))).mtime.toISOString(),
      });
    }
    await store.put('no-dicom', bytes);
    expect((await store.head('no-dicom'))?.metadata).toBeUndefined();
  });

  it('can be listed while objects go', async () => {
    const store = await openStore(root);
    for (const key of ['a', 'b', 'c']) await store.put(key, bytes);
    const keys: string[] = [];
    for await (const { key } of store.list('')) {
      keys.push(key);
      await store.delete('b');
    }
    expect(keys).toEqual(['a', 'c']);
  });
});

describe('a file where a folder must be', () => {
  let store: FolderStore;
  beforeEach(async () => {
    store = await openStore(root);
    await writeFile(join(root, 'manifests'), 'in the way');
  });

  it('is a fault of the store for whoever writes, and nothing is left of it', async () => {
    const writer = store.create('manifests/x', metadata);
    await writer.write(bytes);
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_UNAVAILABLE' });
    await writer.discard();
    for (const attempt of [
      () => store.put('manifests/x', bytes),
      () => store.putIfAbsent('manifests/x', bytes),
      () => store.putIfAbsent('manifests/x/y', bytes),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'StoreFault' });
    }
    await store.put('source', bytes);
    await expect(store.copy('source', 'manifests/x')).rejects.toMatchObject({ name: 'StoreFault' });
    expect(await incoming()).toEqual([]);
    expect(await readFile(join(root, 'manifests'), 'utf8')).toBe('in the way');
  });

  it('keeps the store from opening when it is the folder itself', async () => {
    await expect(openStore(join(root, 'manifests'))).rejects.toMatchObject({ name: 'StoreFault' });
  });
});

describe('a folder where a file must be', () => {
  it('is a fault of the store, and an object that cannot get its name leaves nothing', async () => {
    const store = await openStore(root);
    await mkdir(join(root, 'taken/by'), { recursive: true });
    const writer = store.create('taken', metadata);
    await writer.write(bytes);
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault' });
    await writer.discard();
    await expect(store.get('taken')).rejects.toMatchObject({ name: 'StoreFault' });
    await expect(store.put('taken', bytes)).rejects.toMatchObject({ name: 'StoreFault' });
    expect(await incoming()).toEqual([]);
  });
});

describe('a folder that is gone', () => {
  it('is not ready, and writers tell it at the commit', async () => {
    const store = await openStore(root);
    const writer = store.create('x', metadata);
    await rm(root, { recursive: true });
    await expect(store.check()).rejects.toMatchObject({ name: 'StoreFault' });
    for (let piece = 0; piece < 8; piece++) await writer.write(new Uint8Array(1024 * 1024));
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault' });
    await writer.discard();
  });
});

describe('a large object', () => {
  it('costs the same memory as a small one', async () => {
    const store = await openStore(root, false);
    const writer = store.create('large', metadata);
    expect(await peakWhileWriting(writer, 256)).toBeLessThan(16);
    await writer.commit();
    expect((await stat(join(root, 'large'))).size).toBe(256 * 1024 * 1024);
  });

  it('costs no memory after writing has failed either', async () => {
    const store = await openStore(root, false);
    const writer = store.create('large', metadata);
    await rm(join(root, '.incoming'), { recursive: true });
    expect(await peakWhileWriting(writer, 128)).toBeLessThan(16);
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault' });
  });
});

/** Mounts a file system of 4 MiB, which takes a Linux and its administrator. */
const mountSmall = (path: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', path]).status === 0;
const mayMount = await temporaryFolder().then(async ({ path, remove }) => {
  const mounted = mountSmall(path);
  if (mounted) spawnSync('umount', [path]);
  await remove();
  return mounted;
});

describe.skipIf(!mayMount)('a disk that is full', () => {
  beforeEach(() => {
    mountSmall(root);
  });
  afterEach(() => {
    spawnSync('umount', ['-l', root]);
  });

  it('is told as such, keeps no memory, and takes objects again when there is room', async () => {
    const store = await openStore(root);
    const writer = store.create('large', metadata);
    expect(await peakWhileWriting(writer, 64)).toBeLessThan(16);
    await expect(writer.commit()).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_FULL' });
    await writer.discard();
    expect(await incoming()).toEqual([]);

    await store.put('small', bytes);
    expect(await keysOf(store)).toEqual(['small']);
  });
});

describe('folderFault', () => {
  const errorOf = (code: string) => Object.assign(new Error(code), { code });

  it.each([
    ['ENOSPC', 'STORE_FULL', true],
    ['EDQUOT', 'STORE_FULL', true],
    ['EMFILE', 'STORE_FULL', true],
    ['EACCES', 'STORE_DENIED', false],
    ['EPERM', 'STORE_DENIED', false],
    ['EROFS', 'STORE_DENIED', false],
    ['EIO', 'STORE_UNAVAILABLE', true],
  ])('tells %s as %s', (code, faultCode, retryable) => {
    const cause = errorOf(code);
    expect(folderFault(cause)).toMatchObject({ code: faultCode, retryable, status: 0xa700, cause });
    expect(folderFault(folderFault(cause))).toMatchObject({ code: faultCode });
  });

  it('tells whatever was thrown', () => {
    expect(folderFault('text')).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

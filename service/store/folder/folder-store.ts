import { createReadStream } from 'node:fs';
import {
  access,
  constants,
  copyFile,
  link,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type {
  ObjectInfo,
  ObjectMetadata,
  ObjectStore,
  ObjectSummary,
  ObjectWriter,
} from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import { type Durability, DurableFolders } from './durable-folders.ts';
import { folderFault } from './folder-fault.ts';
import { FolderWriter } from './folder-writer.ts';
import { PageCacheWriter } from './page-cache-writer.ts';

const INCOMING = '.incoming';

export interface FolderStoreOptions {
  /** Keys are paths below it. */
  readonly root: string;
  readonly durability: Durability;
  readonly nowMs: () => number;
  /** A name that was never used before. */
  readonly newId: () => string;
  /** What an object says of itself: a folder keeps nothing beside the bytes. */
  readonly describe: (path: string) => Promise<ObjectMetadata | undefined>;
}

/** Keeps objects as files of a folder, so that anybody can look at them. */
export class FolderStore implements ObjectStore {
  readonly #options: FolderStoreOptions;
  readonly #root: string;
  readonly #folders: DurableFolders;

  private constructor(options: FolderStoreOptions) {
    this.#options = options;
    this.#root = resolve(options.root);
    this.#folders = new DurableFolders(options.durability);
  }

  /**
   * Makes the folder ready and clears away what an interrupted process left unfinished and unacknowledged.
   * @throws StoreFault when the folder cannot be written
   */
  static async open(options: FolderStoreOptions): Promise<FolderStore> {
    try {
      const store = new FolderStore(options);
      const incoming = store.#path(INCOMING);
      await rm(incoming, { recursive: true, force: true });
      await store.#folders.make(incoming);
      await store.check();
      return store;
    } catch (error) {
      throw folderFault(error);
    }
  }

  create(key: string, _metadata: ObjectMetadata): ObjectWriter {
    const Writer = this.#folders.fsync ? FolderWriter : PageCacheWriter;
    return new Writer(this.#temporaryPath(), this.#path(key), this.#folders);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#place(key, (temporary) => writeFile(temporary, bytes, { flag: 'wx' }), rename);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    let outcome: 'created' | 'exists' = 'created';
    // A hard link fails when the name is taken, in one step; a rename would replace it.
    const linkUnlessTaken = async (temporary: string, path: string) => {
      await link(temporary, path).catch((error) => {
        if (!hasCode(error, 'EEXIST')) throw error;
        outcome = 'exists';
      });
    };
    await this.#place(key, (temporary) => writeFile(temporary, bytes, { flag: 'wx' }), linkUnlessTaken);
    return outcome;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return readFile(this.#path(key)).catch((error) => {
      if (isMissing(error)) return undefined;
      throw folderFault(error);
    });
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const path = this.#path(key);
    try {
      const { mtimeMs } = await stat(path);
      const digest = new RunningDigest();
      for await (const chunk of createReadStream(path)) digest.update(chunk);
      const metadata = await this.#options.describe(path);
      return { key, ...digest.get(), modifiedAtMs: mtimeMs, metadata, storeNowMs: this.#options.nowMs() };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw folderFault(error);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectSummary> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const names = await readdir(this.#path(folder), { recursive: true, withFileTypes: true }).catch((error) => {
      if (isMissing(error)) return [];
      throw folderFault(error);
    });
    const keys = names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#path('').length).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix) && !key.startsWith(`${INCOMING}/`))
      .sort();
    for (const key of keys) {
      const found = await stat(this.#path(key)).catch((error) => {
        // Removed since the folder was read.
        if (isMissing(error)) return undefined;
        throw folderFault(error);
      });
      if (found !== undefined) yield { key, bytes: found.size, modifiedAtMs: found.mtimeMs };
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    await this.#place(toKey, (temporary) => copyFile(this.#path(fromKey), temporary), rename);
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true }).catch((error) => {
      throw folderFault(error);
    });
  }

  async check(): Promise<void> {
    await access(this.#path(INCOMING), constants.W_OK).catch((error) => {
      throw folderFault(error);
    });
  }

  /** Makes a file aside with `fill`, durable, then gives it its name with `name`. */
  async #place(
    key: string,
    fill: (temporary: string) => Promise<void>,
    name: (temporary: string, path: string) => Promise<void>,
  ): Promise<void> {
    const temporary = this.#temporaryPath();
    const path = this.#path(key);
    try {
      await fill(temporary);
      if (this.#folders.fsync) {
        const file = await open(temporary, 'r+');
        await file.sync().finally(() => file.close());
      }
      await this.#folders.make(dirname(path));
      await name(temporary, path);
      await this.#folders.sync(dirname(path));
    } catch (error) {
      throw folderFault(error);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  #path(key: string): string {
    return `${this.#root}${sep}${sep === '/' ? key : key.replaceAll('/', sep)}`;
  }

  #temporaryPath(): string {
    return this.#path(`${INCOMING}/${this.#options.newId()}`);
  }
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { createReadStream } from 'node:fs';
import { access, constants, copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type {
  ObjectInfo,
  ObjectMetadata,
  ObjectStore,
  ObjectSummary,
  ObjectWriter,
} from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import { type Durability, makeFolder, syncFolder } from './durable-path.ts';
import { folderFault } from './folder-fault.ts';
import { FolderWriter } from './folder-writer.ts';

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

  private constructor(options: FolderStoreOptions) {
    this.#options = options;
  }

  /**
   * Makes the folder ready and clears away what an interrupted process left unfinished and unacknowledged.
   * @throws StoreFault when the folder cannot be written
   */
  static async open(options: FolderStoreOptions): Promise<FolderStore> {
    try {
      const incoming = join(options.root, INCOMING);
      await rm(incoming, { recursive: true, force: true });
      await makeFolder(incoming, options.durability);
      const store = new FolderStore(options);
      await store.check();
      return store;
    } catch (error) {
      throw folderFault(error);
    }
  }

  create(key: string, _metadata: ObjectMetadata): ObjectWriter {
    return new FolderWriter(this.#temporaryPath(), this.#path(key), this.#options.durability);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#place(key, bytes, rename);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    try {
      // A hard link fails when the name is taken, in one step; a rename would replace it.
      await this.#place(key, bytes, link);
      return 'created';
    } catch (error) {
      if (isMissing(error, 'EEXIST')) return 'exists';
      throw error;
    }
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
      const { size, mtimeMs } = await stat(this.#path(key));
      yield { key, bytes: size, modifiedAtMs: mtimeMs };
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    const temporary = this.#temporaryPath();
    try {
      await copyFile(this.#path(fromKey), temporary);
      await this.#name(temporary, toKey, rename);
    } catch (error) {
      throw folderFault(error);
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true }).catch((error) => {
      throw folderFault(error);
    });
  }

  async check(): Promise<void> {
    await access(join(this.#options.root, INCOMING), constants.W_OK).catch((error) => {
      throw folderFault(error);
    });
  }

  /** Writes bytes aside, durable, then gives them their name with `name`. */
  async #place(key: string, bytes: Uint8Array, name: typeof rename): Promise<void> {
    const temporary = this.#temporaryPath();
    try {
      const file = await open(temporary, 'wx');
      await file.writeFile(bytes);
      await file.close();
      await this.#name(temporary, key, name);
    } catch (error) {
      if (isMissing(error, 'EEXIST')) throw error;
      throw folderFault(error);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #name(temporary: string, key: string, name: typeof rename): Promise<void> {
    const { durability } = this.#options;
    if (durability.fsync) {
      const file = await open(temporary, 'r+');
      await file.sync().finally(() => file.close());
    }
    const path = this.#path(key);
    await makeFolder(dirname(path), durability);
    await name(temporary, path);
    await syncFolder(dirname(path), durability);
  }

  #path(key: string): string {
    return `${this.#options.root}${sep}${key.split('/').join(sep)}`;
  }

  #temporaryPath(): string {
    return join(this.#options.root, INCOMING, this.#options.newId());
  }
}

function isMissing(error: unknown, code = 'ENOENT'): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

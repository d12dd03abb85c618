import { type FileHandle, open, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';

/** A file being written out of sight. It becomes an object, or part of one, by a rename. */
export class StagedFile {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<StagedFile> {
    return new StagedFile(path, await open(path, 'wx'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
  }

  /** Makes the bytes durable. The modification time is what ties a file to its metadata. */
  async seal(modifiedMs: number): Promise<void> {
    await this.#file.utimes(modifiedMs / 1000, modifiedMs / 1000);
    await this.#file.sync();
    await this.#file.close();
  }

  /** Removes the file if it is still here: to be called whatever came of it. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

/** Makes the names in `leaf` and in every folder above it, up to and including `top`, durable. */
export async function syncFolders(leaf: string, top: string): Promise<void> {
  // Windows offers no fsync of a folder; NTFS journals names by itself.
  if (platform() === 'win32') return;
  const folders = [leaf];
  while (folders.at(-1) !== top) folders.push(dirname(folders.at(-1) ?? top));
  await Promise.all(folders.map(syncFolder));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Emptied and removed by a delete in the meantime: then it holds no name to keep.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    await folder?.sync();
  } finally {
    await folder?.close();
  }
}

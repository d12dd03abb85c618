import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest, ObjectWriter } from '../../../core/object-store.ts';
import { free } from '../../../core/spent-memory.ts';
import { RunningDigest } from '../running-digest.ts';
import type { DurableFolders } from './durable-folders.ts';
import { folderFault } from './folder-fault.ts';

/** Bytes gathered for one write: few large writes cost the kernel least. */
const WRITE_BYTES = 1024 * 1024;
/** Bytes that may wait behind a write under way before the sender is held. */
const MAX_WAITING_BYTES = 2 * WRITE_BYTES;

/** An object on its way into a folder: a temporary file that gets its name when it is whole and durable. */
export class FolderWriter implements ObjectWriter {
  readonly #temporaryPath: string;
  readonly #path: string;
  readonly #folders: DurableFolders;
  readonly #digest = new RunningDigest();
  #file: FileHandle | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #named = false;

  constructor(temporaryPath: string, path: string, folders: DurableFolders) {
    this.#temporaryPath = temporaryPath;
    this.#path = path;
    this.#folders = folders;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#digest.update(bytes);
    if (this.#failure !== undefined) return undefined;
    // A copy whatever it is: the slice of a Buffer is none, and a socket's memory is gone when this returns.
    this.#waiting.push(new Uint8Array(bytes));
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= WRITE_BYTES) this.#writing ??= this.#writeWaiting();
    return this.#waitingBytes >= MAX_WAITING_BYTES ? this.#writing : undefined;
  }

  digest(): Digest {
    return this.#digest.get();
  }

  async commit(): Promise<void> {
    try {
      await this.#writing;
      if (this.#failure === undefined) await this.#writeWaiting();
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#folders.fsync) await this.#file?.sync();
      await this.#close();
      await this.#folders.make(dirname(this.#path));
      await rename(this.#temporaryPath, this.#path);
      this.#named = true;
      await this.#folders.sync(dirname(this.#path));
    } catch (error) {
      // At once, before anybody has heard of it: a name that is not durable must come into no manifest.
      if (this.#named)
        this.#named = await rm(this.#path, { force: true }).then(
          () => false,
          () => true,
        );
      throw folderFault(error);
    }
  }

  mayAppearForMs(): number | undefined {
    return this.#named ? 0 : undefined;
  }

  async discard(): Promise<void> {
    await this.#writing;
    await this.#close().catch(() => undefined);
    if (!this.#named) await rm(this.#temporaryPath, { force: true }).catch(() => undefined);
  }

  /**
   * Writes until nothing waits. A failure is kept for `commit`, which must tell it; `write` only slows senders, and
   * keeps nothing any more.
   */
  async #writeWaiting(): Promise<void> {
    try {
      do {
        this.#file ??= await open(this.#temporaryPath, 'wx');
        const batch = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await writeAll(this.#file, batch);
        for (const copy of batch) free(copy);
      } while (this.#waitingBytes >= WRITE_BYTES);
    } catch (error) {
      this.#failure = error;
      this.#waiting = [];
      this.#waitingBytes = 0;
    } finally {
      this.#writing = undefined;
    }
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** `writev` may write less than it was given. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let rest = [...parts];
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    const kept: Uint8Array[] = [];
    for (const part of rest) {
      if (bytesWritten >= part.length) bytesWritten -= part.length;
      else {
        kept.push(part.subarray(bytesWritten));
        bytesWritten = 0;
      }
    }
    rest = kept;
  }
}

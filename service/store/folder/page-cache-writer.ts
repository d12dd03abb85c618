import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest, ObjectWriter } from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import type { DurableFolders } from './durable-folders.ts';
import { folderFault } from './folder-fault.ts';

/**
 * An object on its way into a folder that is not flushed to the medium. Every step ends in the page cache, sooner than
 * another thread could be told to take it: so each is done at once, and nothing is held in memory.
 */
export class PageCacheWriter implements ObjectWriter {
  readonly #temporaryPath: string;
  readonly #path: string;
  readonly #folders: DurableFolders;
  readonly #digest = new RunningDigest();
  #descriptor: number | undefined;
  #failure: unknown;
  #named = false;

  constructor(temporaryPath: string, path: string, folders: DurableFolders) {
    this.#temporaryPath = temporaryPath;
    this.#path = path;
    this.#folders = folders;
  }

  /** A failure is kept for `commit`, which must tell it. */
  write(bytes: Uint8Array): undefined {
    this.#digest.update(bytes);
    if (this.#failure !== undefined) return;
    try {
      this.#descriptor ??= openSync(this.#temporaryPath, 'wx');
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.#failure = error;
    }
  }

  digest(): Digest {
    return this.#digest.get();
  }

  async commit(): Promise<void> {
    try {
      if (this.#descriptor === undefined) this.write(new Uint8Array());
      if (this.#failure !== undefined) throw this.#failure;
      this.#close();
      if (!this.#name()) {
        await this.#folders.make(dirname(this.#path));
        renameSync(this.#temporaryPath, this.#path);
      }
      this.#named = true;
    } catch (error) {
      throw folderFault(error);
    }
  }

  mayAppearForMs(): number | undefined {
    return this.#named ? 0 : undefined;
  }

  async discard(): Promise<void> {
    try {
      this.#close();
      if (!this.#named) rmSync(this.#temporaryPath, { force: true });
    } catch {
      // What is left of it lies among the unfinished, which the next start clears away.
    }
  }

  /** False where the folder is missing: it takes many objects, so it is not looked for each time. */
  #name(): boolean {
    try {
      renameSync(this.#temporaryPath, this.#path);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How far a write to the disk is followed: to the medium, or only to the operating system. */
export interface Durability {
  readonly fsync: boolean;
}

/** Makes folders and names in them durable: without it a file that is safe may still lose its name in a power cut. */
export class DurableFolders {
  readonly fsync: boolean;
  readonly #making = new Set<Promise<void>>();

  constructor({ fsync }: Durability) {
    this.fsync = fsync;
  }

  /** Makes the names in a folder durable. */
  async sync(folder: string): Promise<void> {
    if (!this.fsync) return;
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Makes a folder and those above it, each durable in the one above. */
  async make(folder: string): Promise<void> {
    const making = this.#make(folder).finally(() => this.#making.delete(making));
    this.#making.add(making);
    await making;
    // What was there already may be another call's, made and not yet durable.
    await Promise.all(this.#making);
  }

  async #make(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await this.sync(dirname(made));
  }
}

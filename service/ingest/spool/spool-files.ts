import { createReadStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectMetadata, ObjectStore, ObjectWriter } from '../../../core/object-store.ts';
import type { SpoolRecord } from '../../../core/spool-record.ts';
import { parseSpoolKey, type SpoolName, spoolKey, spoolPrefix } from './spool-name.ts';
import { decodeTrailer, maxTrailerBytes } from './spool-trailer.ts';

const SENDING = 'sending/';
const DAMAGED = 'damaged';
const READ_BYTES = 1024 * 1024;

export interface SpooledFile {
  readonly name: SpoolName;
  readonly fileBytes: number;
}

/**
 * The files of a spool: one for each instance, whole and durable or not there at all; and beside them a note for each
 * that is being uploaded, of where to.
 */
export class SpoolFiles {
  readonly #store: ObjectStore;
  readonly #root: string;

  /**
   * @param store over a folder, durable file by file and name by name
   * @param root that folder
   */
  constructor(store: ObjectStore, root: string) {
    this.#store = store;
    this.#root = root;
  }

  create(name: SpoolName, metadata: ObjectMetadata): ObjectWriter {
    return this.#store.create(spoolKey(name), metadata);
  }

  /** Every file, in the order of reception. */
  async *list(): AsyncIterable<SpooledFile> {
    for await (const { key, bytes } of this.#store.list(spoolPrefix)) {
      const name = parseSpoolKey(key);
      if (name !== undefined) yield { name, fileBytes: bytes };
    }
  }

  /** @throws SpoolDamage, or the system's error */
  async read(name: SpoolName): Promise<SpoolRecord> {
    const file = await open(this.#path(name), 'r');
    try {
      const { size } = await file.stat();
      const tail = Buffer.alloc(Math.min(size, maxTrailerBytes));
      await file.read(tail, 0, tail.length, size - tail.length);
      return decodeTrailer(tail, size);
    } finally {
      await file.close();
    }
  }

  /** The bytes of the instance. */
  content(name: SpoolName, { bytes }: SpoolRecord): AsyncIterable<Uint8Array> {
    return createReadStream(this.#path(name), { end: bytes - 1, highWaterMark: READ_BYTES });
  }

  /** Removes an instance, and then the note of where it went. */
  async remove(name: SpoolName): Promise<void> {
    await this.#store.delete(spoolKey(name));
    await this.#store.delete(sendingKey(name.id));
  }

  /** Takes a file out of the way that cannot be uploaded, for people to look at. */
  async setAside(name: SpoolName): Promise<void> {
    const folder = join(this.#root, DAMAGED);
    await mkdir(folder, { recursive: true });
    await rename(this.#path(name), join(folder, spoolKey(name).slice(spoolPrefix.length)));
    await this.#store.delete(sendingKey(name.id));
  }

  /** Notes durably where an instance goes. */
  noteSending(name: SpoolName, key: string): Promise<void> {
    return this.#store.put(sendingKey(name.id), new TextEncoder().encode(key));
  }

  /** Where an instance was on its way to, or undefined. */
  async sendingTo(name: SpoolName): Promise<string | undefined> {
    const key = await this.#store.get(sendingKey(name.id));
    return key === undefined ? undefined : new TextDecoder().decode(key);
  }

  /** Removes notes of instances that are not there any more: a process died between removing the one and the other. */
  async tidy(isThere: (id: string) => boolean): Promise<void> {
    for await (const { key } of this.#store.list(SENDING)) {
      if (!isThere(key.slice(SENDING.length))) await this.#store.delete(key);
    }
  }

  check(): Promise<void> {
    return this.#store.check();
  }

  #path(name: SpoolName): string {
    return join(this.#root, spoolKey(name));
  }
}

const sendingKey = (id: string): string => `${SENDING}${id}`;

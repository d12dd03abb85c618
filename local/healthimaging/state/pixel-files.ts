import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FrameExtent } from '../dicom/frame-index.ts';

/** The pixel data of imported instances, one file each: `datastores/<datastoreId>/pixels/<instanceId>.bin`. */
export class PixelFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins the pixel data of an instance; the file appears with the first chunk and counts after `commit`. */
  begin(datastoreId: string, instanceId: string): PixelFileWriter {
    return new PixelFileWriter(this.#path(datastoreId, instanceId));
  }

  /** One frame, as a stream. */
  read(datastoreId: string, instanceId: string, { offset, length }: FrameExtent): Readable {
    return createReadStream(this.#path(datastoreId, instanceId), { start: offset, end: offset + length - 1 });
  }

  #path(datastoreId: string, instanceId: string): string {
    return join(this.#folder, 'datastores', datastoreId, 'pixels', `${instanceId}.bin`);
  }
}

export class PixelFileWriter {
  readonly #path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#file ??= await this.#open();
    await this.#file.write(chunk);
  }

  async commit(): Promise<void> {
    if (this.#file === undefined) return;
    await this.#file.close();
    await rename(`${this.#path}.new`, this.#path);
  }

  async discard(): Promise<void> {
    if (this.#file === undefined) return;
    await this.#file.close();
    await rm(`${this.#path}.new`, { force: true });
  }

  async #open(): Promise<FileHandle> {
    await mkdir(join(this.#path, '..'), { recursive: true });
    return open(`${this.#path}.new`, 'w');
  }
}

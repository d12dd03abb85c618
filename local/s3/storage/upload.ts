import { renameSync } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { S3Error } from '../s3-error.ts';
import { type StagedFile, syncFolders } from './durable.ts';
import { type PartRecord, partRecordName, type UploadRecord, uploadFileName } from './upload-record.ts';

export type Stage = () => Promise<StagedFile>;

/** One multipart upload: its parts, durable one by one, in a folder of its own. */
export class Upload {
  readonly record: UploadRecord;
  readonly #folder: string;
  readonly #stage: Stage;
  readonly #parts: Map<number, PartRecord>;
  #state: 'open' | 'completing' | 'gone' = 'open';

  constructor(record: UploadRecord, folder: string, stage: Stage, parts: readonly PartRecord[] = []) {
    this.record = record;
    this.#folder = folder;
    this.#stage = stage;
    this.#parts = new Map(parts.map((part) => [part.partNumber, part]));
  }

  /** Reads an upload back after a restart. Nothing when its creation was never finished. */
  static async read(folder: string, stage: Stage): Promise<Upload | undefined> {
    const names = await readdir(folder);
    if (!names.includes(uploadFileName)) return undefined;
    const record = await readJson<UploadRecord>(join(folder, uploadFileName));
    const partNames = names.filter((name) => name.endsWith('.json') && name !== uploadFileName);
    const parts = await Promise.all(partNames.map((name) => readJson<PartRecord>(join(folder, name))));
    const kept = new Set(parts.map((part) => part.fileName));
    const stale = names.filter((name) => name.endsWith('.part') && !kept.has(name));
    await Promise.all(stale.map((name) => rm(join(folder, name))));
    return new Upload(record, folder, stage, parts);
  }

  /** By part number. */
  get parts(): readonly PartRecord[] {
    return [...this.#parts.values()].sort((a, b) => a.partNumber - b.partNumber);
  }

  part(partNumber: number): PartRecord | undefined {
    return this.#parts.get(partNumber);
  }

  /** Makes a sealed file a part, durably, in place of an earlier one of the same number. */
  async put(staged: StagedFile, part: PartRecord): Promise<void> {
    const record = await this.#stage();
    try {
      await record.write(Buffer.from(`${JSON.stringify(part, undefined, 2)}\n`));
      await record.seal(part.lastModifiedMs);
      if (this.#state !== 'open') throw noSuchUpload(this.record.uploadId);
      renameSync(staged.path, join(this.#folder, part.fileName));
      renameSync(record.path, join(this.#folder, partRecordName(part.partNumber)));
      const replaced = this.#parts.get(part.partNumber);
      this.#parts.set(part.partNumber, part);
      await syncFolders(this.#folder, this.#folder);
      if (replaced !== undefined) await rm(join(this.#folder, replaced.fileName), { force: true });
    } finally {
      await record.discard();
    }
  }

  /** The bytes of a part. */
  async *bytesOf(part: PartRecord): AsyncGenerator<Uint8Array, void> {
    const file = await open(join(this.#folder, part.fileName), 'r');
    yield* file.createReadStream();
  }

  /** Runs `assemble` with the parts held still; what it made durable ends the upload, an error leaves it open. */
  async complete<T>(assemble: () => Promise<T>): Promise<T> {
    this.#claim();
    try {
      const result = await assemble();
      this.#state = 'gone';
      return result;
    } finally {
      if (this.#state === 'completing') this.#state = 'open';
    }
  }

  /** Ends the upload without an object. */
  abort(): void {
    this.#claim();
    this.#state = 'gone';
  }

  /** Removes what is left on disk of an upload that has ended. */
  async remove(): Promise<void> {
    await rm(join(this.#folder, uploadFileName), { force: true });
    await syncFolders(this.#folder, this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #claim(): void {
    if (this.#state === 'gone') throw noSuchUpload(this.record.uploadId);
    if (this.#state === 'open') this.#state = 'completing';
    else {
      throw new S3Error(
        'OperationAborted',
        'A conflicting conditional operation is currently in progress against this resource. Please try again.',
      );
    }
  }
}

export function noSuchUpload(uploadId: string): S3Error {
  return new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

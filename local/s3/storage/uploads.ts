import { renameSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolders } from './durable.ts';
import { noSuchUpload, type Stage, Upload } from './upload.ts';
import { type UploadRecord, uploadFileName } from './upload-record.ts';

/** The multipart uploads under way in all buckets, each in `<folder>/<uploadId>`. */
export class Uploads {
  readonly #folder: string;
  readonly #stage: Stage;
  readonly #uploads = new Map<string, Upload>();

  private constructor(folder: string, stage: Stage) {
    this.#folder = folder;
    this.#stage = stage;
  }

  /** Reads what an earlier run left under way. */
  static async open(folder: string, stage: Stage): Promise<Uploads> {
    const uploads = new Uploads(folder, stage);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const upload = await Upload.read(join(folder, name), stage);
      if (upload === undefined) await rm(join(folder, name), { recursive: true });
      else uploads.#uploads.set(upload.record.uploadId, upload);
    }
    return uploads;
  }

  /** Begins an upload, durably. */
  async create(record: UploadRecord): Promise<void> {
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(record.uploadId)) throw new TypeError('newId must give [A-Za-z0-9_-]{1,200}');
    const folder = join(this.#folder, record.uploadId);
    const staged = await this.#stage();
    try {
      await staged.write(Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`));
      await staged.seal(record.initiatedMs);
      await mkdir(folder);
      renameSync(staged.path, join(folder, uploadFileName));
      await syncFolders(folder, this.#folder);
    } finally {
      await staged.discard();
    }
    this.#uploads.set(record.uploadId, new Upload(record, folder, this.#stage));
  }

  /** Throws NoSuchUpload, also when the id belongs to another object. */
  find(bucket: string, key: string, uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload?.record.bucket !== bucket || upload.record.key !== key) throw noSuchUpload(uploadId);
    return upload;
  }

  of(bucket: string): readonly Upload[] {
    return [...this.#uploads.values()].filter((upload) => upload.record.bucket === bucket);
  }

  /** Forgets an upload that has ended, on disk too. */
  async remove(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.record.uploadId);
    await upload.remove();
  }
}

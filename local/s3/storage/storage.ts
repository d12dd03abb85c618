import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../core/clock.ts';
import { S3Error } from '../s3-error.ts';
import { BucketFolder } from './bucket-folder.ts';
import { StagedFile } from './durable.ts';
import { KeyLocks } from './key-locks.ts';
import { Uploads } from './uploads.ts';

/**
 * A root folder: `<bucket>/<key>` are the objects, `.meta/<bucket>/<key>.json` what is known of them, `.uploads`
 * the multipart uploads under way, `.tmp` what a crash may lose. On a volume that does not tell case apart, `A/x` and
 * `a/y` share a folder, so that after a restart both are found below the one that came first.
 */
export class Storage {
  readonly uploads: Uploads;
  readonly #root: string;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #stage: () => Promise<StagedFile>;
  readonly #buckets = new Map<string, BucketFolder>();
  readonly #creations = new KeyLocks();
  #lastModifiedMs = 0;

  private constructor(root: string, clock: Pick<Clock, 'nowMs'>, stage: () => Promise<StagedFile>, uploads: Uploads) {
    this.#root = root;
    this.#clock = clock;
    this.#stage = stage;
    this.uploads = uploads;
  }

  /** Opens a root, making it if need be: throws away what was not finished and takes every folder as a bucket. */
  static async open(root: string, clock: Pick<Clock, 'nowMs'>): Promise<Storage> {
    const temporary = join(root, '.tmp');
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    let staged = 0;
    const stage = () => StagedFile.create(join(temporary, String(staged++)));
    const storage = new Storage(root, clock, stage, await Uploads.open(join(root, '.uploads'), stage));
    for (const entry of await readdir(root, { withFileTypes: true })) {
      if (entry.isDirectory() && isBucketName(entry.name)) await storage.#openBucket(entry.name);
    }
    return storage;
  }

  /** A file to write to, out of sight. */
  stage(): Promise<StagedFile> {
    return this.#stage();
  }

  /** The time of a write: the clock's, but never the same twice, since it tells two versions of a file apart. */
  nextModifiedMs(): number {
    this.#lastModifiedMs = Math.max(Math.floor(this.#clock.nowMs()), this.#lastModifiedMs + 1);
    return this.#lastModifiedMs;
  }

  /** Throws NoSuchBucket. */
  bucket(name: string): BucketFolder {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
    }
    return bucket;
  }

  /** Throws InvalidBucketName. Gives false when the bucket is there already. */
  async createBucket(name: string): Promise<boolean> {
    if (!isBucketName(name)) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
    }
    return this.#creations.run(name, async () => {
      if (this.#buckets.has(name)) return false;
      await this.#openBucket(name);
      return true;
    });
  }

  /** By name. */
  async listBuckets(): Promise<readonly { readonly name: string; readonly createdMs: number }[]> {
    const names = [...this.#buckets.keys()].sort();
    return Promise.all(
      names.map(async (name) => ({ name, createdMs: (await stat(join(this.#root, name))).birthtimeMs })),
    );
  }

  async #openBucket(name: string): Promise<void> {
    const place = {
      folder: join(this.#root, name),
      sidecarFolder: join(this.#root, '.meta', name),
      stage: this.#stage,
    };
    this.#buckets.set(name, await BucketFolder.open(name, place));
  }
}

// S3 user guide, "General purpose bucket naming rules".
function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name);
}

import { lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { S3Error } from '../s3-error.ts';
import { checkWrite, isConditional, type WriteCondition } from '../wire/precondition.ts';
import { type StagedFile, syncFolders } from './durable.ts';
import { KeyIndex } from './key-index.ts';
import { KeyLocks } from './key-locks.ts';
import { flatPathOfKey, keyOfPath, pathOfKey, sidecarPath } from './key-path.ts';
import { computeRecord, describes, type ObjectRecord, readSidecar, sidecarText } from './object-record.ts';

/** An object open for reading: later writes and deletes do not touch it. The reader closes the file. */
export interface OpenObject {
  readonly record: ObjectRecord;
  readonly file: FileHandle;
}

export interface BucketPlace {
  readonly folder: string;
  readonly sidecarFolder: string;
  readonly stage: () => Promise<StagedFile>;
}

/** The objects of one bucket, one file each. This server is the only writer of the folder while it runs. */
export class BucketFolder {
  readonly name: string;
  readonly #place: BucketPlace;
  readonly #index: KeyIndex;
  readonly #locks = new KeyLocks();
  readonly #computed = new Map<string, ObjectRecord>();

  private constructor(name: string, place: BucketPlace, index: KeyIndex) {
    this.name = name;
    this.#place = place;
    this.#index = index;
  }

  /** Makes the folders if need be and reads the names in them. */
  static async open(name: string, place: BucketPlace): Promise<BucketFolder> {
    await mkdir(place.folder, { recursive: true });
    await mkdir(place.sidecarFolder, { recursive: true });
    await syncFolders(place.folder, dirname(place.folder));
    await syncFolders(place.sidecarFolder, dirname(dirname(place.sidecarFolder)));
    const paths = new Map<string, string>();
    for (const entry of await readdir(place.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = relative(place.folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/');
      const key = keyOfPath(path);
      // A key in both places was put flat by this server and dropped into its own place by somebody else.
      if (key !== undefined && !(paths.has(key) && path === pathOfKey(key))) paths.set(key, path);
    }
    return new BucketFolder(name, place, new KeyIndex(paths));
  }

  /** In the order of their UTF-8 bytes. */
  get sortedKeys(): readonly string[] {
    return this.#index.sortedKeys;
  }

  /** What is known of an object; nothing when there is none. */
  async head(key: string): Promise<ObjectRecord | undefined> {
    const object = await this.open(key);
    await object?.file.close();
    return object?.record;
  }

  /** Opens an object; nothing when there is none. */
  async open(key: string): Promise<OpenObject | undefined> {
    const path = this.#index.pathOf(key);
    if (path === undefined) return undefined;
    const file = await open(join(this.#place.folder, path), 'r').catch(nothingThere);
    if (file === undefined) return undefined;
    try {
      const record = await this.#recordOf(path, file);
      if (record !== undefined) return { file, record };
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return this.open(key);
  }

  /**
   * Turns a sealed file into the object `key`, durably, if `condition` allows. Throws ConditionalRequestConflict
   * when the condition depends on a write that is still under way.
   */
  async put(key: string, staged: StagedFile, record: ObjectRecord, condition: WriteCondition): Promise<void> {
    this.#refuseRace(key, condition);
    await this.#locks.run(key, async () => {
      const current = await this.head(key);
      checkWrite(condition, current);
      const sidecar = await this.#place.stage();
      try {
        await sidecar.write(Buffer.from(sidecarText(record, current)));
        await sidecar.seal(record.lastModifiedMs);
        const path = this.#moveIn(key, staged, sidecar);
        await this.#syncNamesOf(path);
        this.#index.add(key, path);
      } finally {
        await sidecar.discard();
      }
    });
  }

  /** Removes an object, durably, if there is one and `condition` allows. */
  async delete(key: string, condition: WriteCondition): Promise<void> {
    this.#refuseRace(key, condition);
    await this.#locks.run(key, async () => {
      if (isConditional(condition)) checkWrite(condition, await this.head(key));
      const path = this.#index.pathOf(key);
      if (path === undefined) return;
      const file = join(this.#place.folder, path);
      const sidecar = join(this.#place.sidecarFolder, sidecarPath(path));
      rmSync(file, { force: true });
      rmSync(sidecar, { force: true });
      this.#index.remove(key);
      this.#computed.delete(path);
      await syncFolders(dirname(file), this.#place.folder);
      removeEmpty(dirname(file), this.#place.folder);
      removeEmpty(dirname(sidecar), this.#place.sidecarFolder);
    });
  }

  #refuseRace(key: string, condition: WriteCondition): void {
    if (!isConditional(condition) || !this.#locks.isHeld(key)) return;
    throw new S3Error(
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      { Key: key },
    );
  }

  // Synchronous, so that no folder is removed, and no place taken, between looking and renaming.
  #moveIn(key: string, staged: StagedFile, sidecar: StagedFile): string {
    const path = this.#index.pathOf(key) ?? this.#freePathFor(key);
    const sidecarTarget = join(this.#place.sidecarFolder, sidecarPath(path));
    const target = join(this.#place.folder, path);
    mkdirSync(dirname(sidecarTarget), { recursive: true });
    renameSync(sidecar.path, sidecarTarget);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(staged.path, target);
    return path;
  }

  #freePathFor(key: string): string {
    const path = [pathOfKey(key), flatPathOfKey(key)].find((candidate) => this.#isFree(candidate));
    if (path === undefined)
      throw new S3Error('InternalError', 'The file system has no place for this key.', { Key: key });
    return path;
  }

  #isFree(path: string): boolean {
    try {
      return (
        lstatSync(join(this.#place.folder, path), { throwIfNoEntry: false }) === undefined &&
        !this.#runsThroughFile(path)
      );
    } catch {
      return false;
    }
  }

  // Some systems answer ENOENT, others ENOTDIR, for a path below a file.
  #runsThroughFile(path: string): boolean {
    const names = path.split('/').slice(0, -1);
    return names.some((_, depth) => {
      const above = join(this.#place.folder, ...names.slice(0, depth + 1));
      return lstatSync(above, { throwIfNoEntry: false })?.isDirectory() === false;
    });
  }

  async #syncNamesOf(path: string): Promise<void> {
    const { folder, sidecarFolder } = this.#place;
    await Promise.all([
      syncFolders(dirname(join(folder, path)), folder),
      syncFolders(dirname(join(sidecarFolder, sidecarPath(path))), sidecarFolder),
    ]);
  }

  // Nothing when the file was replaced, and its record with it, since it was opened.
  async #recordOf(path: string, file: FileHandle): Promise<ObjectRecord | undefined> {
    const identity = await file.stat();
    const kept = await readSidecar(join(this.#place.sidecarFolder, sidecarPath(path)), identity);
    if (kept !== undefined) return kept;
    const now = await stat(join(this.#place.folder, path)).catch(nothingThere);
    if (now?.ino !== identity.ino) return undefined;
    const known = this.#computed.get(path);
    if (known !== undefined && describes(known, identity)) return known;
    const computed = await computeRecord(file, identity);
    this.#computed.set(path, computed);
    return computed;
  }
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

function removeEmpty(leaf: string, top: string): void {
  for (let folder = leaf; folder !== top; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

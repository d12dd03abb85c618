import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Values in JSON files under one folder. A file is replaced by renaming, so that a process that is killed leaves the
 * old value or the new one and never half of one; writes to one file happen in the order of their calls.
 */
export class JsonFiles {
  readonly #folder: string;
  readonly #writing = new Map<string, Promise<void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save(name: string, value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, undefined, 1)}\n`;
    const earlier = this.#writing.get(name) ?? Promise.resolve();
    const write = earlier.catch(() => undefined).then(() => replaceFile(join(this.#folder, name), text));
    this.#writing.set(name, write);
    try {
      await write;
    } finally {
      if (this.#writing.get(name) === write) this.#writing.delete(name);
    }
  }

  /** The value of a file; undefined when there is none. The caller names the type that it saved. */
  async load<T>(name: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#folder, name), 'utf8'));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** The values of all JSON files in a folder. */
  async loadAll<T>(folder: string): Promise<T[]> {
    const values = await Promise.all(
      (await this.names(folder))
        .filter((name) => name.endsWith('.json'))
        .map((name) => this.load<T>(join(folder, name))),
    );
    return values.filter((value) => value !== undefined);
  }

  /** The names in a folder, in order; none when it is absent. */
  async names(folder: string): Promise<string[]> {
    try {
      return (await readdir(join(this.#folder, folder))).sort();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

import { stat } from 'node:fs/promises';
import type { Schedule } from '../../core/clock.ts';

export interface LoadedFilesOptions<T> {
  readonly paths: readonly string[];
  readonly intervalMs: number;
  readonly schedule: Schedule;
  readonly load: () => Promise<T>;
  readonly onReloaded: (value: T) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * What was made from files, made anew when they change. What cannot be loaded is reported, and what was loaded before
 * stays. Changes are noticed by looking now and then: that works where events do not, as with the links that Kubernetes
 * swaps in a mounted secret.
 */
export class LoadedFiles<T> {
  readonly #options: LoadedFilesOptions<T>;
  #seen: string;
  #value: T;
  #checking: Promise<void> = Promise.resolve();

  private constructor(options: LoadedFilesOptions<T>, seen: string, value: T) {
    this.#options = options;
    this.#seen = seen;
    this.#value = value;
  }

  /** Loads for the first time; rejects when that fails. */
  static async open<T>(options: LoadedFilesOptions<T>): Promise<LoadedFiles<T>> {
    const seen = await look(options.paths);
    const files = new LoadedFiles(options, seen, await options.load());
    if (options.paths.length > 0) files.#checkLater();
    return files;
  }

  get value(): T {
    return this.#value;
  }

  /** Looks now. Resolves when what has changed is loaded or reported. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#reloadIfChanged());
    return this.#checking;
  }

  async #reloadIfChanged(): Promise<void> {
    const { paths, load, onReloaded, onFailed } = this.#options;
    const now = await look(paths);
    if (now === this.#seen) return;
    this.#seen = now;
    try {
      this.#value = await load();
      onReloaded(this.#value);
    } catch (error) {
      onFailed(error);
    }
  }

  #checkLater(): void {
    const { schedule, intervalMs } = this.#options;
    schedule(intervalMs, () => {
      this.check().then(() => this.#checkLater());
    });
  }
}

async function look(paths: readonly string[]): Promise<string> {
  const looks = paths.map((path) =>
    stat(path).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
      () => 'absent',
    ),
  );
  return (await Promise.all(looks)).join(' ');
}

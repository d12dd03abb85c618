/** Lets one task at a time work on a key. */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<void>>();

  isHeld(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Runs `task` when every earlier task of the key has ended. Gives what it gives. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    this.#tails.set(key, done);
    await before;
    try {
      return await task();
    } finally {
      if (this.#tails.get(key) === done) this.#tails.delete(key);
      finish();
    }
  }
}

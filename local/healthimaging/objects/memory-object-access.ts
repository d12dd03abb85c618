import type { ListedObject, ObjectAccess } from './object-access.ts';

/** Objects held in memory, for tests and demonstrations. Large objects may be given as a producer of chunks. */
export class MemoryObjectAccess implements ObjectAccess {
  readonly #objects = new Map<string, StoredObject>();

  async *list(bucket: string, prefix: string): AsyncIterable<ListedObject> {
    const wanted = `${bucket}/${prefix}`;
    const paths = [...this.#objects.keys()].filter((path) => path.startsWith(wanted)).sort();
    for (const path of paths) {
      const object = this.#objects.get(path);
      if (object !== undefined) yield { key: path.slice(bucket.length + 1), size: object.size };
    }
  }

  async *read(bucket: string, key: string): AsyncIterable<Uint8Array> {
    const object = this.#objects.get(`${bucket}/${key}`);
    if (object === undefined) throw new Error('NoSuchKey');
    yield* object.chunks();
  }

  async write(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
    this.put(bucket, key, bytes);
  }

  put(bucket: string, key: string, bytes: Uint8Array): void {
    this.putChunks(bucket, key, bytes.length, () => [bytes]);
  }

  /** An object of `size` bytes that is produced anew whenever it is read. */
  putChunks(bucket: string, key: string, size: number, chunks: () => Iterable<Uint8Array>): void {
    this.#objects.set(`${bucket}/${key}`, { size, chunks });
  }

  /** The object as UTF-8 text; undefined when there is none. */
  text(bucket: string, key: string): string | undefined {
    const object = this.#objects.get(`${bucket}/${key}`);
    return object === undefined ? undefined : Buffer.concat([...object.chunks()]).toString('utf8');
  }

  /** The keys of a bucket, in order. */
  keys(bucket: string): string[] {
    const paths = [...this.#objects.keys()].filter((path) => path.startsWith(`${bucket}/`));
    return paths.map((path) => path.slice(bucket.length + 1)).sort();
  }
}

interface StoredObject {
  readonly size: number;
  readonly chunks: () => Iterable<Uint8Array>;
}

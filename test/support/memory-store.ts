import {
  type Digest,
  type ObjectInfo,
  type ObjectMetadata,
  type ObjectStore,
  type ObjectSummary,
  type ObjectWriter,
  StoreFault,
  type StoreFaultCode,
} from '../../core/object-store.ts';
import { RunningDigest } from '../../service/store/running-digest.ts';

export type StoreOperation = 'commit' | 'put' | 'putIfAbsent' | 'get' | 'head' | 'list' | 'copy' | 'delete' | 'check';

/** One operation that is about to be done. `attempt` counts those of the same kind on the same key, from 1. */
export interface StoreCall {
  readonly operation: StoreOperation;
  readonly key: string;
  readonly attempt: number;
}

/** What goes wrong with an operation. Without `fail` and `loseAnswer` it is done as usual, late. */
export interface Disturbance {
  /** The operation takes effect only after this has resolved. */
  readonly before?: Promise<unknown>;
  /** It takes no effect and rejects with this code. */
  readonly fail?: StoreFaultCode;
  /** It takes effect and rejects with this code all the same. */
  readonly loseAnswer?: StoreFaultCode;
  /** It has taken effect and is answered only after this has resolved. */
  readonly after?: Promise<unknown>;
}

export interface MemoryStoreOptions {
  /** The store's own clock. */
  readonly nowMs: () => number;
  /** Decides, call by call, what goes wrong. */
  readonly disturb?: (call: StoreCall) => Disturbance | undefined;
}

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
  readonly metadata: ObjectMetadata | undefined;
}

/** An object store in memory: strongly consistent, deterministic, and as faulty as a test wants it. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, StoredObject>();
  /** Every call in order, as `operation key`. */
  readonly calls: string[] = [];
  readonly #nowMs: () => number;
  readonly #attempts = new Map<string, number>();
  disturb: (call: StoreCall) => Disturbance | undefined;

  constructor({ nowMs, disturb = () => undefined }: MemoryStoreOptions) {
    this.#nowMs = nowMs;
    this.disturb = disturb;
  }

  keys(prefix = ''): readonly string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  text(key: string): string | undefined {
    const object = this.objects.get(key);
    return object === undefined ? undefined : new TextDecoder().decode(object.bytes);
  }

  create(key: string, metadata: ObjectMetadata): ObjectWriter {
    const parts: Uint8Array[] = [];
    const digest = new RunningDigest();
    let commitBegun = false;
    return {
      write: (bytes) => {
        digest.update(bytes);
        parts.push(new Uint8Array(bytes));
        return undefined;
      },
      digest: (): Digest => digest.get(),
      commit: () => {
        commitBegun = true;
        return this.#do('commit', key, () => this.#set(key, Buffer.concat(parts), metadata));
      },
      mayAppearForMs: () => (commitBegun ? 0 : undefined),
      discard: async () => undefined,
    };
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#do('put', key, () => this.#set(key, bytes, undefined));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#do('putIfAbsent', key, () => {
      if (this.objects.has(key)) return 'exists';
      this.#set(key, bytes, undefined);
      return 'created';
    });
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#do('get', key, () => this.objects.get(key)?.bytes);
  }

  head(key: string): Promise<ObjectInfo | undefined> {
    return this.#do('head', key, () => {
      const object = this.objects.get(key);
      if (object === undefined) return undefined;
      const { bytes, modifiedAtMs, metadata } = object;
      const digest = new RunningDigest();
      digest.update(bytes);
      return { key, ...digest.get(), modifiedAtMs, metadata, storeNowMs: this.#nowMs() };
    });
  }

  async *list(prefix: string): AsyncIterable<ObjectSummary> {
    const found = await this.#do('list', prefix, () =>
      this.keys(prefix).flatMap((key) => {
        const object = this.objects.get(key);
        return object === undefined ? [] : [{ key, bytes: object.bytes.length, modifiedAtMs: object.modifiedAtMs }];
      }),
    );
    yield* found;
  }

  copy(fromKey: string, toKey: string): Promise<void> {
    return this.#do('copy', toKey, () => {
      const object = this.objects.get(fromKey);
      if (object === undefined) throw new StoreFault('STORE_UNAVAILABLE', `no ${fromKey}`, { retryable: true });
      this.#set(toKey, object.bytes, object.metadata);
    });
  }

  delete(key: string): Promise<void> {
    return this.#do('delete', key, () => {
      this.objects.delete(key);
    });
  }

  check(): Promise<void> {
    return this.#do('check', '', () => undefined);
  }

  #set(key: string, bytes: Uint8Array, metadata: ObjectMetadata | undefined): void {
    this.objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAtMs: this.#nowMs(), metadata });
  }

  async #do<T>(operation: StoreOperation, key: string, effect: () => T): Promise<T> {
    const call = `${operation} ${key}`;
    const attempt = (this.#attempts.get(call) ?? 0) + 1;
    this.#attempts.set(call, attempt);
    this.calls.push(call);
    const { before, fail, loseAnswer, after } = this.disturb({ operation, key, attempt }) ?? {};
    await before;
    if (fail !== undefined) throw faultOf(fail);
    const result = effect();
    await after;
    if (loseAnswer !== undefined) throw faultOf(loseAnswer);
    return result;
  }
}

const faultOf = (code: StoreFaultCode): StoreFault =>
  new StoreFault(code, 'a disturbance of the test', { retryable: code !== 'STORE_DENIED' });

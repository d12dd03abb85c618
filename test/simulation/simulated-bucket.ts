import type {
  Digest,
  ObjectInfo,
  ObjectMetadata,
  ObjectStore,
  ObjectSummary,
  ObjectWriter,
} from '../../core/object-store.ts';
import { StoreFault } from '../../core/object-store.ts';
import { RunningDigest } from '../../service/store/running-digest.ts';
import { type Network, REQUEST_LIFE_MS, type Way } from './network.ts';
import type { SimulatedProcess } from './scheduler.ts';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly modifiedAtMs: number;
  readonly metadata: ObjectMetadata | undefined;
}

/** Something that happened to an object. */
export interface Effect {
  readonly type: 'written' | 'deleted';
  readonly by: SimulatedProcess;
  readonly key: string;
  readonly atMs: number;
  readonly way: Way;
}

/** Requests that write instances are good so long beyond the time that their sender waits for them. */
export const EXPIRY_MARGIN_MS = 5_000;

/** What the clock of a process may go too fast while it waits for that. */
const CLOCK_SLACK_MS = 1_000;

/** S3 tells times in whole seconds. */
const goodUntilMs = (madeAtMs: number): number => madeAtMs + REQUEST_LIFE_MS + EXPIRY_MARGIN_MS;
const inSeconds = (ms: number): number => Math.floor(ms / 1_000) * 1_000;

/** A bucket as S3 keeps it: strongly consistent, conditional writes, its own clock. */
export class SimulatedBucket {
  readonly objects = new Map<string, StoredObject>();
  readonly #nowMs: () => number;
  readonly #bytesPerByte: number;
  readonly #onEffect: (effect: Effect) => void;
  readonly #checksExpiry: boolean;

  /**
   * @param bytesPerByte how many bytes each byte of an object counts for, so that small ones fill a batch
   * @param checksExpiry whether it refuses requests that come later than they are good for
   */
  constructor(options: {
    nowMs: () => number;
    bytesPerByte: number;
    checksExpiry: boolean;
    onEffect: (effect: Effect) => void;
  }) {
    this.#nowMs = options.nowMs;
    this.#bytesPerByte = options.bytesPerByte;
    this.#checksExpiry = options.checksExpiry;
    this.#onEffect = options.onEffect;
  }

  keys(prefix: string): readonly string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  text(key: string): string | undefined {
    const object = this.objects.get(key);
    return object === undefined ? undefined : new TextDecoder().decode(object.bytes);
  }

  digestOf(bytes: Uint8Array): Digest {
    const running = new RunningDigest();
    running.update(bytes);
    const digest = running.get();
    return { ...digest, bytes: digest.bytes * this.#bytesPerByte };
  }

  /** The bucket as one process reaches it. */
  connect(process: SimulatedProcess, network: Network): ObjectStore {
    const call = <T>(name: string, key: string, effect: (way: Way) => T) =>
      network.call(process, {
        name: `${name} ${key}`,
        isLease: name === 'put' && key.startsWith('open/'),
        mayBeHeld: true,
        effect,
      });
    const write = (key: string, bytes: Uint8Array, metadata: ObjectMetadata | undefined, way: Way) => {
      const modifiedAtMs = inSeconds(this.#nowMs());
      this.objects.set(key, { bytes, digest: this.digestOf(bytes), modifiedAtMs, metadata });
      this.#onEffect({ type: 'written', by: process, key, atMs: this.#nowMs(), way });
    };
    const remove = (key: string) =>
      call('delete', key, (way) => {
        if (this.objects.delete(key)) {
          this.#onEffect({ type: 'deleted', by: process, key, atMs: this.#nowMs(), way });
        }
      });
    const summaries = (prefix: string): ObjectSummary[] =>
      this.keys(prefix).flatMap((key) => {
        const object = this.objects.get(key);
        return object === undefined ? [] : [{ key, bytes: object.digest.bytes, modifiedAtMs: object.modifiedAtMs }];
      });

    return {
      create: (key, metadata) =>
        this.#writer((bytes) =>
          call('commit', key, (way) => {
            if (this.#checksExpiry && this.#nowMs() > goodUntilMs(way.madeAtMs))
              throw new StoreFault('STORE_DENIED', 'the request has expired', { retryable: false });
            // Put only where nothing is; the same bytes are its own, and success.
            if (this.objects.get(key)?.digest.crc32 === this.digestOf(bytes).crc32) return;
            write(key, bytes, metadata, way);
          }),
        ),
      put: (key, bytes) => call('put', key, (way) => write(key, bytes, undefined, way)),
      putIfAbsent: (key, bytes) =>
        call('putIfAbsent', key, (way): 'created' | 'exists' => {
          if (this.objects.has(key)) return 'exists';
          write(key, bytes, undefined, way);
          return 'created';
        }),
      get: (key) => call('get', key, () => this.objects.get(key)?.bytes),
      head: (key) => call('head', key, () => this.#info(key)),
      list: async function* (prefix) {
        yield* await call('list', prefix, () => summaries(prefix));
      },
      copy: (from, to) =>
        call(`copy ${from} to`, to, (way) => {
          const object = this.objects.get(from);
          if (object === undefined) throw new StoreFault('STORE_UNAVAILABLE', `no ${from}`, { retryable: true });
          write(to, object.bytes, object.metadata, way);
        }),
      delete: remove,
      check: () => call('check', '', () => undefined),
    };
  }

  #writer(commit: (bytes: Uint8Array) => Promise<void>): ObjectWriter {
    const parts: Uint8Array[] = [];
    let begunAtMs: number | undefined;
    return {
      write: (bytes) => {
        parts.push(bytes);
        return undefined;
      },
      digest: () => this.digestOf(Buffer.concat(parts)),
      commit: () => {
        begunAtMs = this.#nowMs();
        return commit(Buffer.concat(parts));
      },
      mayAppearForMs: () =>
        begunAtMs === undefined ? undefined : Math.max(0, goodUntilMs(begunAtMs) + CLOCK_SLACK_MS - this.#nowMs()),
      discard: async () => undefined,
    };
  }

  #info(key: string): ObjectInfo | undefined {
    const object = this.objects.get(key);
    if (object === undefined) return undefined;
    const { digest, modifiedAtMs, metadata } = object;
    return { key, ...digest, modifiedAtMs, metadata, storeNowMs: inSeconds(this.#nowMs()) };
  }
}

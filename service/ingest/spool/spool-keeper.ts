import { type ObjectMetadata, type ObjectWriter, StoreFault } from '../../../core/object-store.ts';
import type { Keeper, Keeping, Kept } from '../keeper.ts';
import type { SpoolAccount, SpoolEntry } from './spool-account.ts';
import type { SpoolFiles } from './spool-files.ts';
import type { SpoolName } from './spool-name.ts';
import { encodeTrailer } from './spool-trailer.ts';
import type { SpoolVolume } from './spool-volume.ts';

export interface SpoolKeeperOptions {
  readonly files: SpoolFiles;
  readonly volume: SpoolVolume;
  readonly account: SpoolAccount;
  /** A new ULID. */
  readonly newId: () => string;
  /** Told of each instance once it is durable and in the account. */
  readonly onSpooled: (entry: SpoolEntry) => void;
}

/** Keeps the instances of one route in the spool. */
export class SpoolKeeper implements Keeper {
  readonly #route: string;
  readonly #options: SpoolKeeperOptions;

  constructor(route: string, options: SpoolKeeperOptions) {
    this.#route = route;
    this.#options = options;
  }

  begin(associationId: string, metadata: ObjectMetadata): Keeping {
    const { volume, newId } = this.#options;
    if (volume.level === 'full') throw volumeFull();
    return new SpoolKeeping({ id: newId(), associationId, route: this.#route }, metadata, this.#options);
  }
}

/** One instance on its way into the spool. */
class SpoolKeeping implements Keeping {
  readonly #name: SpoolName;
  readonly #options: SpoolKeeperOptions;
  readonly #writer: ObjectWriter;
  #isOver = false;
  #failure: StoreFault | undefined;

  constructor(name: SpoolName, metadata: ObjectMetadata, options: SpoolKeeperOptions) {
    this.#name = name;
    this.#options = options;
    options.account.expect(name.id);
    this.#writer = options.files.create(name, metadata);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const { volume } = this.#options;
    if (volume.level === 'full') this.#failure ??= volumeFull();
    if (this.#failure !== undefined) return undefined;
    volume.wrote(bytes.length);
    return this.#writer.write(bytes);
  }

  async keep(metadata: ObjectMetadata): Promise<Kept> {
    if (this.#failure !== undefined) throw this.#failure;
    const { account, onSpooled } = this.#options;
    const digest = this.#writer.digest();
    const identity = [metadata.sopInstanceUid, digest.bytes, digest.crc32].join();
    if (account.hasIdentical(identity)) {
      await this.discard();
      return { outcome: 'identical', bytes: digest.bytes, home: 'spool' };
    }
    const trailer = encodeTrailer({ version: 1, ...digest, ...metadata });
    this.#writer.write(trailer);
    await this.#writer.commit();
    this.#isOver = true;
    const fileBytes = digest.bytes + trailer.length;
    const entry = { name: this.#name, fileBytes, identity, failures: 0, isDoubtful: false };
    account.add(entry);
    onSpooled(entry);
    return { outcome: 'kept', bytes: digest.bytes, home: 'spool' };
  }

  async discard(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#writer.discard();
    this.#options.account.withdraw(this.#name.id);
  }
}

const volumeFull = (): StoreFault =>
  new StoreFault('STORE_FULL', 'the volume of the spool is full', { retryable: true });

import { ulidTimeMs } from '../../../core/ulid.ts';
import type { SpoolName } from './spool-name.ts';

/** One instance of the spool that is not uploaded yet. */
export interface SpoolEntry {
  readonly name: SpoolName;
  readonly fileBytes: number;
  /** Names its SOP instance and its bytes; undefined when another process received it. */
  readonly identity: string | undefined;
  /** Tries to upload it that failed. */
  failures: number;
  /** An upload of it was begun and may have taken effect. */
  isDoubtful: boolean;
}

export interface SpoolAccountOptions {
  /** An association is over, and none of its instances waits any more. */
  readonly onAssociationOver: (associationId: string) => void;
}

/** What is in the spool, and of whom. */
export class SpoolAccount {
  readonly #options: SpoolAccountOptions;
  readonly #entries = new Map<string, SpoolEntry>();
  readonly #expected = new Set<string>();
  readonly #identities = new Map<string, number>();
  readonly #associations = new Map<string, { waiting: number; isOver: boolean }>();
  #bytes = 0;
  #emptied = Promise.withResolvers<void>();

  constructor(options: SpoolAccountOptions) {
    this.#options = options;
  }

  get instances(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest instance was received, milliseconds since the epoch; undefined when there is none. */
  oldestAtMs(): number | undefined {
    let oldest: string | undefined;
    for (const id of this.#entries.keys()) if (oldest === undefined || id < oldest) oldest = id;
    return oldest === undefined ? undefined : ulidTimeMs(oldest);
  }

  /** An instance is about to come under this id: `add` or `withdraw` follows. */
  expect(id: string): void {
    this.#expected.add(id);
  }

  withdraw(id: string): void {
    this.#expected.delete(id);
  }

  /** Whether an instance is in the spool, or coming in by this process. */
  has(id: string): boolean {
    return this.#entries.has(id) || this.#expected.has(id);
  }

  /** Whether the same bytes of the same SOP instance wait already. */
  hasIdentical(identity: string): boolean {
    return this.#identities.has(identity);
  }

  add(entry: SpoolEntry): void {
    this.#expected.delete(entry.name.id);
    this.#entries.set(entry.name.id, entry);
    this.#bytes += entry.fileBytes;
    this.#association(entry).waiting += 1;
    if (entry.identity !== undefined) {
      this.#identities.set(entry.identity, (this.#identities.get(entry.identity) ?? 0) + 1);
    }
  }

  remove(entry: SpoolEntry): void {
    this.#entries.delete(entry.name.id);
    this.#bytes -= entry.fileBytes;
    this.#forgetIdentity(entry.identity);
    const association = this.#association(entry);
    association.waiting -= 1;
    if (association.isOver && association.waiting === 0) this.#end(entry.name.associationId);
    if (this.#entries.size === 0) this.#emptied.resolve();
  }

  associationEnded(associationId: string): void {
    const association = this.#associations.get(associationId);
    if (association === undefined || association.waiting === 0) this.#end(associationId);
    else association.isOver = true;
  }

  /** Resolves when nothing is left. */
  whenEmpty(): Promise<void> {
    if (this.#entries.size === 0) return Promise.resolve();
    this.#emptied = Promise.withResolvers();
    return this.#emptied.promise;
  }

  #association({ name: { associationId }, identity }: SpoolEntry) {
    // Associations of another process are over.
    const association = this.#associations.get(associationId) ?? { waiting: 0, isOver: identity === undefined };
    this.#associations.set(associationId, association);
    return association;
  }

  #end(associationId: string): void {
    this.#associations.delete(associationId);
    this.#options.onAssociationOver(associationId);
  }

  #forgetIdentity(identity: string | undefined): void {
    if (identity === undefined) return;
    const left = (this.#identities.get(identity) ?? 0) - 1;
    if (left > 0) this.#identities.set(identity, left);
    else this.#identities.delete(identity);
  }
}

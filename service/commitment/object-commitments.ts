import { type Commitment, commitmentRetentionMs, commitmentSchema, isOver } from '../../core/commitment.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import type { CommitmentStore } from './commitment-store.ts';

const OPEN = 'open/';
const OVER = 'over/';

/**
 * Transactions in a folder, or whatever else is an object store. Each revision of one that is not over is an object of
 * its own, `open/<UID>/<revision>.json`, written only where there is none: so of two who make the same revision one
 * wins. One that is over is `over/<UID>.json`, for as long as its UID is not to be used again.
 */
export class ObjectCommitments implements CommitmentStore {
  readonly #store: ObjectStore;
  /** What the objects say that the last look found: they never change. */
  #read = new Map<string, Commitment>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async create(commitment: Commitment): Promise<boolean> {
    if ((await this.find(commitment.transactionUid)) !== undefined) return false;
    return this.#putNext(commitment);
  }

  async find(transactionUid: string): Promise<Commitment | undefined> {
    const revisions = await this.#openRevisions(transactionUid);
    // In this order: a transaction is written as over before its open revisions are deleted.
    const over = await this.#get(overKey(transactionUid));
    const latest = revisions.at(-1);
    const open = latest === undefined ? undefined : await this.#get(openKey(transactionUid, latest));
    if (open === undefined) {
      // Deleted in between: there is a later one.
      return latest === undefined || (over !== undefined && over.revision >= latest) ? over : this.find(transactionUid);
    }
    return over !== undefined && over.revision >= open.revision ? over : open;
  }

  async replace(next: Commitment): Promise<boolean> {
    const before = await this.find(next.transactionUid);
    return before?.revision === next.revision - 1 && (await this.#putNext(next));
  }

  async due(nowMs: number, limit: number): Promise<readonly Commitment[]> {
    const latest = new Map<string, string>();
    for await (const { key } of this.#store.list(OPEN)) latest.set(key.slice(0, key.lastIndexOf('/')), key);
    const read = new Map<string, Commitment>();
    for (const key of latest.values()) {
      const commitment = this.#read.get(key) ?? (await this.#get(key));
      if (commitment !== undefined) read.set(key, commitment);
    }
    this.#read = read;
    return [...read.values()]
      .filter((commitment) => !isOver(commitment) && commitment.dueAtMs <= nowMs)
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, limit);
  }

  /** Forgets transactions that were over long ago. */
  async prune(nowMs: number): Promise<void> {
    for await (const { key, modifiedAtMs } of this.#store.list(OVER)) {
      if (modifiedAtMs < nowMs - commitmentRetentionMs) await this.#store.delete(key);
    }
  }

  async #putNext(next: Commitment): Promise<boolean> {
    const { transactionUid, revision } = next;
    const key = openKey(transactionUid, revision);
    const bytes = new TextEncoder().encode(JSON.stringify(next));
    if ((await this.#store.putIfAbsent(key, bytes)) === 'exists') {
      // Ours, whose answer was lost, if it is the same.
      const there = await this.#store.get(key);
      if (there === undefined || new TextDecoder().decode(there) !== JSON.stringify(next)) return false;
    }
    // Nobody was before us at this revision; but others may have come to later ones and cleared this one away.
    const revisions = await this.#openRevisions(transactionUid);
    const over = await this.#get(overKey(transactionUid));
    if (revisions.some((other) => other > revision) || (over !== undefined && over.revision >= revision)) {
      await this.#store.delete(key);
      return false;
    }
    if (isOver(next)) {
      await this.#store.put(overKey(transactionUid), bytes);
      await this.#store.delete(key);
    }
    for (const other of revisions) if (other < revision) await this.#store.delete(openKey(transactionUid, other));
    return true;
  }

  async #openRevisions(transactionUid: string): Promise<readonly number[]> {
    const revisions: number[] = [];
    for await (const { key } of this.#store.list(`${OPEN}${transactionUid}/`)) {
      revisions.push(Number(key.slice(key.lastIndexOf('/') + 1, -'.json'.length)));
    }
    return revisions.sort((a, b) => a - b);
  }

  async #get(key: string): Promise<Commitment | undefined> {
    const bytes = await this.#store.get(key);
    return bytes === undefined ? undefined : commitmentSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  }
}

const overKey = (transactionUid: string): string => `${OVER}${transactionUid}.json`;
/** Padded, so that keys sort as revisions do. */
const openKey = (transactionUid: string, revision: number): string =>
  `${OPEN}${transactionUid}/${String(revision).padStart(9, '0')}.json`;

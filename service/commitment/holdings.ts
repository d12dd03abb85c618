import type { Commitment, CommitmentMeaning } from '../../core/commitment.ts';
import type { ManifestInstance } from '../../core/manifest.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { type Evidence, type Holding, holdingOf } from './decide.ts';

/** What a record of a sealed batch says of an instance. */
export interface SealedInstance extends Pick<ManifestInstance, 'sopInstanceUid' | 'sopClassUid' | 'bytes' | 'key'> {
  readonly status: Exclude<Evidence['status'], 'open'>;
}

/** Finds instances in the records of sealed batches. */
export interface SealedRecords {
  /** What there is of these instances, by SOP Instance UID; an instance may have been sent several times. */
  readonly find: (
    sopInstanceUids: readonly string[],
    askedAtMs: number,
  ) => Promise<ReadonlyMap<string, readonly SealedInstance[]>>;
}

export interface HoldingsOptions {
  readonly records: SealedRecords;
  readonly store: ObjectStore;
  /** What this process has acknowledged into batches that are not sealed. */
  readonly openInstances: () => Iterable<ManifestInstance>;
}

const headsAtOnce = 16;

/** Looks what we have of instances: in the open batches of this process, then in what is known of sealed ones. */
export class Holdings {
  readonly #options: HoldingsOptions;

  constructor(options: HoldingsOptions) {
    this.#options = options;
  }

  /** A holding for each reference of the transaction, in its order. Rejects when a store cannot be asked. */
  async look({ references, meaning, acceptedAtMs }: Commitment): Promise<readonly Holding[]> {
    const evidence = this.#openEvidence(new Set(references.map(([, sopInstanceUid]) => sopInstanceUid)));
    const isSettled = ([sopClassUid, sopInstanceUid]: readonly [string, string]) =>
      holdingOf(evidence.get(sopInstanceUid) ?? [], sopClassUid, meaning) === 'committed';
    const rest = references.filter((reference) => !isSettled(reference)).map(([, sopInstanceUid]) => sopInstanceUid);
    for (const [uid, sealed] of await this.#sealedEvidence([...new Set(rest)], meaning, acceptedAtMs)) {
      evidence.set(uid, [...(evidence.get(uid) ?? []), ...sealed]);
    }
    return references.map(([sopClassUid, sopInstanceUid]) =>
      holdingOf(evidence.get(sopInstanceUid) ?? [], sopClassUid, meaning),
    );
  }

  #openEvidence(wanted: ReadonlySet<string>): Map<string, Evidence[]> {
    const found = new Map<string, Evidence[]>();
    for (const { sopInstanceUid, sopClassUid } of this.#options.openInstances()) {
      if (!wanted.has(sopInstanceUid)) continue;
      const evidence: Evidence = { sopClassUid, status: 'open', isStored: true };
      found.set(sopInstanceUid, [...(found.get(sopInstanceUid) ?? []), evidence]);
    }
    return found;
  }

  async #sealedEvidence(
    sopInstanceUids: readonly string[],
    meaning: CommitmentMeaning,
    askedAtMs: number,
  ): Promise<readonly (readonly [string, readonly Evidence[]])[]> {
    if (sopInstanceUids.length === 0) return [];
    const pending = [...(await this.#options.records.find(sopInstanceUids, askedAtMs))];
    const found: (readonly [string, readonly Evidence[]])[] = [];
    const work = async () => {
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const [uid, instances] = next;
        const evidence: Evidence[] = [];
        for (const instance of instances) evidence.push(await this.#evidenceOf(instance, meaning));
        found.push([uid, evidence]);
      }
    };
    await Promise.all(Array.from({ length: headsAtOnce }, work));
    return found;
  }

  /** A record is proof of what was acknowledged; whether it is still there, only the store can say. */
  async #evidenceOf(
    { sopClassUid, status, key, bytes }: SealedInstance,
    meaning: CommitmentMeaning,
  ): Promise<Evidence> {
    const needsStore = meaning === 'stored' && status !== 'imported' && status !== 'imported-with-warnings';
    const isStored = needsStore && (await this.#options.store.head(key))?.bytes === bytes;
    return { sopClassUid, status, isStored };
  }
}

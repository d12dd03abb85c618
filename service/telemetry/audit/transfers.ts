import type { InstanceFields } from '../events.ts';

/** More studies than that in one association are told of before it ends, so that memory stays bounded. */
const MAX_STUDIES = 500;
/** Of instances that were refused before their study was known. */
const UNKNOWN_STUDY = 'unknown';

/** What one association brought of one study, with one outcome. */
export interface Transfer {
  readonly studyInstanceUid: string;
  readonly isStored: boolean;
  readonly instances: ReadonlyMap<string, number>;
}

type Studies = Map<string, { readonly studyInstanceUid: string; readonly isStored: boolean; readonly counts: Counts }>;
type Counts = Map<string, number>;

/** Counts what associations bring, by study, outcome and SOP class: an audit message tells of a study, not an instance. */
export class Transfers {
  readonly #open = new Map<string, Studies>();

  begin(associationId: string): void {
    this.#open.set(associationId, new Map());
  }

  /** @returns what has to be told at once: that of an association which has ended, or has too much to remember */
  count({ associationId, studyInstanceUid, sopClassUid }: InstanceFields, isStored: boolean): readonly Transfer[] {
    const studies = this.#open.get(associationId);
    const study = studyInstanceUid === '' ? UNKNOWN_STUDY : studyInstanceUid;
    if (studies === undefined) {
      return [{ studyInstanceUid: study, isStored, instances: new Map([[sopClassUid, 1]]) }];
    }
    const key = `${isStored} ${study}`;
    const entry = studies.get(key) ?? { studyInstanceUid: study, isStored, counts: new Map() };
    studies.set(key, entry);
    entry.counts.set(sopClassUid, (entry.counts.get(sopClassUid) ?? 0) + 1);
    if (studies.size <= MAX_STUDIES) return [];
    this.begin(associationId);
    return transfersOf(studies);
  }

  end(associationId: string): readonly Transfer[] {
    const studies = this.#open.get(associationId);
    this.#open.delete(associationId);
    return studies === undefined ? [] : transfersOf(studies);
  }
}

const transfersOf = (studies: Studies): readonly Transfer[] =>
  [...studies.values()].map(({ studyInstanceUid, isStored, counts }) => ({
    studyInstanceUid,
    isStored,
    instances: counts,
  }));

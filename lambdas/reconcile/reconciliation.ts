import type { InstanceRecord } from '../../core/ledger.ts';
import type { OutputLine } from './output-line.ts';

/** What was said about one file so far. */
interface Finding {
  readonly failure: string | undefined;
  readonly imported: boolean;
  readonly imageSetId: string | undefined;
  readonly isPrimary: boolean | undefined;
  readonly warnings: ReadonlySet<string>;
}

/** The fields of an instance that its outcome settles. */
export type Outcome = Pick<InstanceRecord, 'status' | 'imageSetId' | 'isPrimary' | 'reason'>;

export interface Reconciliation {
  /** One outcome for every key that was asked about, in the same order. */
  readonly outcomes: readonly Outcome[];
  /** Keys that the job names and that nobody asked about. */
  readonly extraKeys: readonly string[];
}

/** Collects lines in any order and any number, then says what became of each key. */
export class Findings {
  readonly #byKey = new Map<string, Finding>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  add(line: OutputLine): void {
    const before = this.#byKey.get(line.key);
    this.#byKey.set(line.key, before === undefined ? findingOf(line) : merge(before, findingOf(line)));
  }

  /**
   * What became of each key. A failure weighs more than a success of the same file: arrival has to be proven, and a
   * contradiction is for a person to look at.
   * @param silence what to say of a key that no line names
   */
  reconcile(keys: readonly string[], silence: Outcome): Reconciliation {
    const asked = new Set(keys);
    return {
      outcomes: keys.map((key) => {
        const finding = this.#byKey.get(key);
        return finding === undefined ? silence : outcomeOf(finding);
      }),
      extraKeys: [...this.#byKey.keys()].filter((key) => !asked.has(key)).sort(),
    };
  }
}

function findingOf(line: OutputLine): Finding {
  return line.outcome === 'failed'
    ? { failure: line.reason, imported: false, imageSetId: undefined, isPrimary: undefined, warnings: new Set() }
    : { ...line, failure: undefined, imported: true, warnings: new Set(line.warnings) };
}

/** Independent of the order of its arguments, so that the order of files and lines decides nothing. */
function merge(a: Finding, b: Finding): Finding {
  return {
    failure: smallest(a.failure, b.failure),
    imported: a.imported || b.imported,
    imageSetId: smallest(a.imageSetId, b.imageSetId),
    isPrimary: a.isPrimary === false || b.isPrimary === false ? false : (a.isPrimary ?? b.isPrimary),
    warnings: new Set([...a.warnings, ...b.warnings]),
  };
}

function outcomeOf({ failure, imageSetId, isPrimary, warnings }: Finding): Outcome {
  if (failure !== undefined) return { status: 'failed', reason: failure };
  const arrival = {
    ...(imageSetId === undefined ? {} : { imageSetId }),
    ...(isPrimary === undefined ? {} : { isPrimary }),
  };
  if (warnings.size === 0) return { status: 'imported', ...arrival };
  return { status: 'imported-with-warnings', ...arrival, reason: [...warnings].sort().join(', ') };
}

function smallest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

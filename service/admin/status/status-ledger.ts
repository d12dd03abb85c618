import type { Clock } from '../../../core/clock.ts';
import type { BatchRecord, InstanceRecord, StudyRecord } from '../../../core/ledger.ts';

/** What the page asks of the ledger. Each of these is a bounded number of requests. */
export interface StatusLedger {
  /** The batches that changed last. */
  readonly recentBatches: (limit: number) => Promise<readonly BatchRecord[]>;
  readonly studiesOf: (keys: readonly StudyKey[]) => Promise<readonly StudyRecord[]>;
  readonly batch: (batchId: string) => Promise<BatchRecord | undefined>;
  readonly instancesOf: (batchId: string) => Promise<readonly InstanceRecord[]>;
  readonly instancesCalled: (sopInstanceUid: string) => Promise<readonly InstanceRecord[]>;
}

export interface StudyKey {
  readonly datastoreId: string;
  readonly studyInstanceUid: string;
}

/** A page view asks again after this. */
const FRESH_MS = 5_000;
/** Each answer is some hundred kilobytes at the most. */
const MAX_KEPT = 64;
const MAX_READS_AT_ONCE = 4;

interface Kept {
  readonly untilMs: number;
  readonly answer: Promise<unknown>;
}

/** There are more questions than are put to the ledger at a time. */
export class LedgerBusyError extends Error {
  override readonly name = 'LedgerBusyError';
  readonly code = 'LEDGER_BUSY';
}

/**
 * Asks the ledger seldom, however often pages are looked at: what was asked a moment ago is answered again, those who
 * ask the same at the same time share an answer, and only some questions are under way at a time.
 */
export class SparingReads {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #underWay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws LedgerBusyError, or what `read` rejects with, which is kept as well */
  read<T>(question: string, read: () => Promise<T>): Promise<T> {
    const nowMs = this.#clock.monotonicMs();
    const kept = this.#kept.get(question);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.answer as Promise<T>;
    if (this.#underWay >= MAX_READS_AT_ONCE)
      return Promise.reject(new LedgerBusyError('the ledger is being asked much'));
    this.#underWay += 1;
    const answer = read().finally(() => {
      this.#underWay -= 1;
    });
    answer.catch(() => undefined);
    this.#kept.delete(question);
    this.#kept.set(question, { untilMs: nowMs + FRESH_MS, answer });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && oldest.done !== true) this.#kept.delete(oldest.value);
    return answer;
  }
}

/** The ledger behind such reads. */
export function sparingLedger(ledger: StatusLedger, clock: Clock): StatusLedger {
  const reads = new SparingReads(clock);
  return {
    recentBatches: (limit) => reads.read(`recent ${limit}`, () => ledger.recentBatches(limit)),
    studiesOf: (keys) => reads.read(`studies ${JSON.stringify(keys)}`, () => ledger.studiesOf(keys)),
    batch: (batchId) => reads.read(`batch ${batchId}`, () => ledger.batch(batchId)),
    instancesOf: (batchId) => reads.read(`instances ${batchId}`, () => ledger.instancesOf(batchId)),
    instancesCalled: (uid) => reads.read(`instance ${uid}`, () => ledger.instancesCalled(uid)),
  };
}

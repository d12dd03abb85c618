import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import type { Commitment } from '../../core/commitment.ts';
import type { PeerListener } from '../../core/peers.ts';
import type { Emit } from '../telemetry/events.ts';
import { safeText } from '../telemetry/safe-text.ts';
import { backOffMs, lookAgain, reportAgain } from './back-off.ts';
import type { CommitmentStore } from './commitment-store.ts';
import { type DecisionLimits, decide, type Holding } from './decide.ts';
import { type AssociationChannel, type Dial, eventOf, isTaken, requestOf, troubleOf } from './report.ts';
import { claimed, decided, ended, postponed } from './transitions.ts';
import { withinMs } from './within-ms.ts';

export interface RunnerOptions {
  readonly store: CommitmentStore;
  readonly look: (commitment: Commitment) => Promise<readonly Holding[]>;
  readonly limits: DecisionLimits;
  readonly reportWithinMs: number;
  readonly leaseTtlMs: number;
  readonly pollMs: number;
  /** This process. Never the same for two. */
  readonly holder: string;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly random: () => number;
  readonly emit: Emit;
}

/** How the runner reaches peers. */
export interface Reach {
  /** Where a peer listens, by its title and where it called from. */
  readonly listenerOf: (aeTitle: string, address: string) => PeerListener | undefined;
  readonly dial: Dial;
}

const maxTakenAtOnce = 20;
const maxAtWork = 8;

/**
 * Brings transactions from their acceptance to their report. Who works on one says so in its record; another takes over
 * when that has not changed for `leaseTtlMs` by its own clock, so no two machines' clocks are compared. A look and a
 * report may take a third of that time each, so who is alive is never taken over from.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #channels = new Map<string, AssociationChannel>();
  /** Since when this process has seen each transaction that is due at the revision that it has. */
  #seen = new Map<string, { readonly revision: number; readonly sinceMs: number }>();
  readonly #atWork = new Map<string, Promise<void>>();
  #reach: Reach | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Begins to look for what is due. */
  start(reach: Reach): void {
    this.#reach = reach;
    this.#pollLater(0);
  }

  /** Works on a transaction that this process holds. Its reports go on `channel` while that is open. */
  take(commitment: Commitment, channel: AssociationChannel | undefined): void {
    if (channel !== undefined) this.#channels.set(commitment.transactionUid, channel);
    this.#work(commitment);
  }

  /** A request was repeated on another association while the transaction is under way. */
  reportOn(transactionUid: string, channel: AssociationChannel): void {
    this.#channels.set(transactionUid, channel);
  }

  /** Looks for nothing more; resolves when what is at work is done. What is left, other processes or the next take. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await Promise.all(this.#atWork.values());
  }

  #pollLater(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.schedule(delayMs, () => {
      this.#poll()
        .catch((error) => this.#trouble(error))
        .finally(() => this.#pollLater(this.#options.pollMs));
    });
  }

  async #poll(): Promise<void> {
    const { store, clock, holder } = this.#options;
    const due = await store.due(clock.nowMs(), maxTakenAtOnce);
    this.#watch(due);
    for (const commitment of due) {
      if (this.#isClosed || this.#atWork.size >= maxAtWork) return;
      if (this.#atWork.has(commitment.transactionUid)) continue;
      if (commitment.holder === holder) this.#work(commitment);
      else if (commitment.holder === undefined || this.#hasLapsed(commitment)) {
        const mine = claimed(commitment, holder);
        if (await store.replace(mine)) this.#work(mine);
      }
    }
  }

  #watch(due: readonly Commitment[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    const watched = due.map(({ transactionUid, revision }) => {
      const before = this.#seen.get(transactionUid);
      return [transactionUid, before?.revision === revision ? before : { revision, sinceMs: nowMs }] as const;
    });
    this.#seen = new Map(watched);
  }

  #hasLapsed({ transactionUid }: Commitment): boolean {
    const { clock, leaseTtlMs } = this.#options;
    const seen = this.#seen.get(transactionUid);
    return seen !== undefined && clock.monotonicMs() - seen.sinceMs >= leaseTtlMs;
  }

  #work(commitment: Commitment): void {
    const { transactionUid } = commitment;
    if (this.#atWork.has(transactionUid)) return;
    const work = this.#advance(commitment)
      .catch((error) => this.#trouble(error))
      .finally(() => {
        this.#atWork.delete(transactionUid);
        if (this.#channels.get(transactionUid)?.isOpen() === false) this.#channels.delete(transactionUid);
      });
    this.#atWork.set(transactionUid, work);
  }

  /** Takes a held transaction as far as it goes now. */
  async #advance(commitment: Commitment): Promise<void> {
    const { store, clock, look, limits, emit } = this.#options;
    let current = commitment;
    if (current.state === 'accepted') {
      const holdings = await this.#inTime(look(current));
      const nowMs = clock.nowMs();
      const failures = decide(current, holdings, nowMs, limits);
      if (failures === undefined) {
        await this.#postpone(current, lookAgain);
        return;
      }
      current = decided(current, failures, nowMs);
      if (!(await store.replace(current))) return;
      const { transactionUid, references } = current;
      const failed = failures.length;
      emit({
        event: 'commitment-decided',
        transactionUid: safeText(transactionUid),
        committed: references.length - failed,
        failed,
        waitedMs: nowMs - current.acceptedAtMs,
      });
    }
    if (current.state === 'decided') await this.#report(current);
  }

  async #report(commitment: Commitment): Promise<void> {
    const { store, clock, reportWithinMs, emit } = this.#options;
    // A process that was suspended may have been taken over from.
    if ((await store.find(commitment.transactionUid))?.revision !== commitment.revision) return;
    const transactionUid = safeText(commitment.transactionUid);
    const { via, answer } = await this.#send(commitment);
    if (isTaken(answer)) {
      this.#channels.delete(commitment.transactionUid);
      if (!(await store.replace(ended(commitment, 'reported')))) return;
      const callingAeTitle = safeText(commitment.callingAeTitle, 16);
      const tries = commitment.tries + 1;
      const waitedMs = clock.nowMs() - commitment.acceptedAtMs;
      emit({ event: 'commitment-reported', transactionUid, callingAeTitle, via, tries, waitedMs });
      return;
    }
    const { code, detail } = troubleOf(answer);
    const isTooLate = clock.nowMs() - (commitment.decidedAtMs ?? 0) >= reportWithinMs;
    if (isTooLate) {
      if (!(await store.replace(ended(commitment, 'expired')))) return;
      emit({ event: 'commitment-expired', transactionUid, code, tries: commitment.tries + 1 });
      return;
    }
    const retryMs = await this.#postpone(commitment, reportAgain);
    if (retryMs === undefined) return;
    emit({ event: 'commitment-report-failed', transactionUid, code, detail: safeText(detail, 200), retryMs });
  }

  async #send(commitment: Commitment) {
    const event = eventOf(commitment);
    const { transactionUid, callingAeTitle, address } = commitment;
    const channel = this.#channels.get(transactionUid);
    if (channel?.isOpen()) {
      const answer = await this.#inTime(channel.report(event)).catch(() => ({ kind: 'timeout' }) as const);
      if (isTaken(answer)) return { via: 'same-association', answer } as const;
      // A peer that does not answer is not asked a second time on this association.
      if (answer.kind !== 'unable') this.#channels.delete(transactionUid);
    }
    const listener = this.#reach?.listenerOf(callingAeTitle, address);
    if (this.#reach === undefined || listener === undefined) {
      return { via: 'same-association', answer: { kind: 'unable' } } as const;
    }
    const answer = await this.#reach.dial(listener, requestOf(commitment, event), this.#stepMs);
    return { via: 'new-association', answer } as const;
  }

  /** @returns in how long it is tried again; undefined when another process has it now */
  async #postpone(commitment: Commitment, backOff: typeof lookAgain): Promise<number | undefined> {
    const { store, clock, random } = this.#options;
    // Only this process has the association: it keeps the transaction, and comes back before it is taken for dead.
    const keeps = this.#channels.get(commitment.transactionUid)?.isOpen() === true;
    const wantedMs = backOffMs(commitment.tries, backOff, random());
    const delayMs = keeps ? Math.min(wantedMs, this.#stepMs) : wantedMs;
    const isKept = await store.replace(postponed(commitment, clock.nowMs() + delayMs, keeps));
    return isKept ? delayMs : undefined;
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return withinMs(work, this.#stepMs, this.#options.schedule);
  }

  get #stepMs(): number {
    return this.#options.leaseTtlMs / 3;
  }

  #trouble(error: unknown): void {
    this.#options.emit({ event: 'commitment-trouble', detail: safeText(String(error), 200) });
  }
}

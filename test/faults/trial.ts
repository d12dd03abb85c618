import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../core/object-store.ts';
import { Random } from '../simulation/random.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { type Audit, audit } from './audit.ts';
import { Load } from './load.ts';
import { Sweeper } from './sweeper.ts';

/** Leases of seconds, so that dead owners are soon succeeded. */
export const LEASE_TTL_MS = 3_000;
/** What a request is good for (deadline and margin), what the clocks drift in a lease's life, and a second. */
const LEASE_GRACE_MS = 12_000;
const SWEEP_INTERVAL_MS = 500;
const EXIT_WITHIN_MS = 30_000;

const settings = {
  SCP_LEASE_TTL_MS: String(LEASE_TTL_MS),
  SCP_STORE_DEADLINE_MS: '2000',
  SCP_BATCH_QUIET_MS: '500',
  SCP_BATCH_MAX_AGE_MS: '2000',
  SCP_BATCH_HARD_AGE_MS: '5000',
  SCP_DRAIN_TIMEOUT_MS: '2000',
  SCP_LOG_LEVEL: 'info',
};

type Replica = Awaited<ReturnType<typeof ServiceProcess.start>>;

export interface TrialFigures extends Omit<Audit, 'problems'> {
  readonly sent: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly brokenAssociations: number;
  readonly kills: number;
  /** Batches that the sweeper sealed. */
  readonly sweptBatches: number;
  /** From the end of the load until every lease was gone. */
  readonly recoveryMs: number;
}

/** Real replicas of the service under load, a sweeper beside them, and the account at the end. */
export class Trial {
  readonly load: Load;
  readonly random: Random;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #store: ObjectStore;
  readonly #replicas: Replica[] = [];
  readonly #sweeper: Sweeper;
  #kills = 0;

  /**
   * @param environment where the replicas store
   * @param store the same place, with nothing in between that goes wrong
   */
  constructor(options: {
    readonly environment: Readonly<Record<string, string>>;
    readonly store: ObjectStore;
    readonly senders: number;
    readonly seed: number;
    readonly largest?: 'small' | 'large';
    readonly restMs?: number;
  }) {
    this.#environment = { ...settings, ...options.environment };
    this.#store = options.store;
    this.random = new Random(options.seed);
    this.load = new Load({
      senders: options.senders,
      random: this.random,
      largest: options.largest ?? 'large',
      restMs: options.restMs ?? 0,
      portOf: () => this.#anyPort(),
    });
    this.#sweeper = new Sweeper({
      store: options.store,
      leaseTtlMs: LEASE_TTL_MS,
      leaseGraceMs: LEASE_GRACE_MS,
      intervalMs: SWEEP_INTERVAL_MS,
    });
  }

  async startReplica(): Promise<Replica> {
    const replica = await ServiceProcess.start(this.#environment);
    this.#replicas.push(replica);
    return replica;
  }

  /** Ends a replica without warning. */
  async kill(replica: Replica): Promise<void> {
    this.#kills += 1;
    this.#forget(replica);
    await replica.stop('SIGKILL');
  }

  /** Tells a replica to leave; resolves to its exit code. */
  async terminate(replica: Replica): Promise<number | null> {
    this.#forget(replica);
    const impatient = setTimeout(() => replica.child.kill('SIGKILL'), EXIT_WITHIN_MS);
    const code = await replica.stop('SIGTERM');
    clearTimeout(impatient);
    return code;
  }

  /** Lets the load run until so many more instances were acknowledged. */
  async untilAcknowledged(more: number): Promise<void> {
    const target = this.load.acknowledged.size + more;
    while (this.load.acknowledged.size < target) await sleep(20);
  }

  /** Lets the load run until so many more instances were refused. */
  async untilRefused(more: number): Promise<void> {
    const target = this.load.refused + more;
    while (this.load.refused < target) await sleep(20);
  }

  /** Ends the load and the replicas, waits for the sweeper to succeed the dead, and holds the account. */
  async end(): Promise<TrialFigures & Pick<Audit, 'problems'>> {
    await this.load.stop();
    const endedAtMs = performance.now();
    const codes = await Promise.all([...this.#replicas].map((replica) => this.terminate(replica)));
    await this.#sweeper.settle();
    const recoveryMs = Math.round(performance.now() - endedAtMs);
    const { problems, ...found } = await audit(this.#store, this.load.acknowledged);
    const exits = codes.filter((code) => code !== 0).map((code) => `a replica ended with ${code}`);
    return {
      ...found,
      sent: this.load.sent,
      acknowledged: this.load.acknowledged.size,
      refused: this.load.refused,
      brokenAssociations: this.load.broken,
      kills: this.#kills,
      sweptBatches: this.#sweeper.sealed,
      recoveryMs,
      problems: [...problems, ...exits],
    };
  }

  #anyPort(): number | undefined {
    if (this.#replicas.length === 0) return undefined;
    return this.#replicas[this.random.between(0, this.#replicas.length - 1)]?.port;
  }

  #forget(replica: Replica): void {
    const index = this.#replicas.indexOf(replica);
    if (index >= 0) this.#replicas.splice(index, 1);
  }
}

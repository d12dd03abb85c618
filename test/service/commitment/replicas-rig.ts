import type { Commitment } from '../../../core/commitment.ts';
import type { CommitmentStore } from '../../../service/commitment/commitment-store.ts';
import type { Holding } from '../../../service/commitment/decide.ts';
import { ObjectCommitments } from '../../../service/commitment/object-commitments.ts';
import type { AssociationChannel, ChannelAnswer, Dial, DialAnswer } from '../../../service/commitment/report.ts';
import { Runner } from '../../../service/commitment/runner.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';

export const leaseTtlMs = 120_000;
const never = new Promise<never>(() => undefined);

/** What a replica is told by the world, in the order it asks. */
export interface World {
  readonly clock: FakeClock;
  readonly objects: MemoryStore;
  readonly random: () => number;
  /** What each look finds. */
  look: (commitment: Commitment) => Promise<readonly Holding[]>;
  /** What each association to the peer comes to. */
  dial: (transactionUid: string, replica: Replica) => Promise<DialAnswer>;
}

export function newWorld(random: () => number = () => 0.5): World {
  const clock = new FakeClock();
  return {
    clock,
    objects: new MemoryStore({ nowMs: clock.nowMs }),
    random,
    look: async ({ references }) => references.map(() => 'committed'),
    dial: async () => ({ kind: 'answered', status: 0 }),
  };
}

/** One process that works on transactions. After `crash` nothing of it has any effect on the world. */
export class Replica {
  readonly holder: string;
  readonly events: TelemetryEvent[] = [];
  readonly store: CommitmentStore;
  readonly runner: Runner;
  isAlive = true;

  constructor(holder: string, world: World) {
    this.holder = holder;
    const { clock } = world;
    const commitments = new ObjectCommitments(world.objects);
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
      if (!this.isAlive) return never;
      const result = await work();
      return this.isAlive ? result : never;
    };
    this.store = {
      create: (commitment) => alive(() => commitments.create(commitment)),
      find: (transactionUid) => alive(() => commitments.find(transactionUid)),
      replace: (next) => alive(() => commitments.replace(next)),
      due: (nowMs, limit) => alive(() => commitments.due(nowMs, limit)),
    };
    this.runner = new Runner({
      store: this.store,
      look: (commitment) => alive(() => world.look(commitment)),
      limits: { absentAfterMs: 900_000, decideWithinMs: 3_600_000 },
      reportWithinMs: 86_400_000,
      leaseTtlMs,
      pollMs: 30_000,
      holder,
      clock,
      schedule: (delayMs, task) => clock.schedule(delayMs, () => (this.isAlive ? task() : undefined)),
      random: world.random,
      emit: (event) => this.events.push(event),
    });
    const dial: Dial = (_, { encode }) => {
      const text = Buffer.from(encode('1.2.840.10008.1.2')).toString('latin1');
      const transactionUid = /2\.25\.9\d+/.exec(text)?.[0] ?? '';
      return alive(() => world.dial(transactionUid, this));
    };
    this.runner.start({ listenerOf: () => ({ host: 'ct1', port: 104 }), dial });
  }

  crash(): void {
    this.isAlive = false;
  }

  named<E extends TelemetryEvent['event']>(event: E) {
    return this.events.filter((one): one is TelemetryEvent & { readonly event: E } => one.event === event);
  }
}

/** The association of a request, as open and as answering as a test wants it. */
export function trialChannel(
  answer: () => Promise<ChannelAnswer>,
): AssociationChannel & { open: boolean; asked: number } {
  const channel = {
    open: true,
    asked: 0,
    isOpen: () => channel.open,
    report: () => {
      channel.asked += 1;
      return answer();
    },
  };
  return channel;
}

import { Acceptor } from '../../service/dicom/acceptor.ts';
import { createPolicy } from '../../service/dicom/negotiation/policy.ts';
import { states } from '../../service/dicom/upper-layer/states.ts';
import { Lifetime } from './lifetime.ts';
import { cut, mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Seed } from './seeds.ts';

/** How one execution went. */
export interface Execution {
  readonly acceptor: Acceptor;
  /** PDUs fed to it. */
  readonly pdus: number;
  /** Where the session ended, as a key to count by: state, ending and fault. */
  readonly outcome: string;
}

const storagePrefix = '1.2.840.10008.5.1.4.1.1.';
const transferSyntaxUids = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.4.50'];

function newAcceptor(random: Random): Acceptor {
  return new Acceptor({
    maxPduBytes: random.pick([0, 4_096, 131_072]),
    maxReceivedPduBytes: 1_048_576,
    implementationClassUid: '2.25.7',
    implementationVersionName: 'FUZZ',
    policy: createPolicy({
      isStorage: (uid) => uid.startsWith(storagePrefix),
      storageCommitment: true,
      transferSyntaxUids,
      asyncWindow: random.pick([1, 1, 3]),
      strict: random.onceIn(4),
    }),
  });
}

/**
 * Feeds one damaged session to an acceptor, cut anywhere, while its service answers, gives up and loses the transport at
 * any moment. Throws when a property does not hold.
 * @param stopEarly leaves the acceptor as it is before the transport would close
 */
export function execute(
  seeds: readonly Seed[],
  strangers: readonly Uint8Array[],
  random: Random,
  stopEarly = false,
): Execution {
  const acceptor = newAcceptor(random);
  const life = new Lifetime();
  const seed = random.pick(seeds);
  const pdus = random.onceIn(20) ? seed.pdus : mutate(seed.pdus, strangers, random);
  life.observe(acceptor.transportOpened());
  const pieces = cut(Buffer.concat(pdus), random);
  for (const piece of pieces) {
    life.received(piece.length);
    life.observe(acceptor.receive(piece));
    // The memory of a chunk is used again at once: nothing may still point into it.
    piece.fill(0xee);
    if (!Object.hasOwn(states, acceptor.state)) throw new Error(`state ${acceptor.state}`);
    if (!random.onceIn(4)) answer(acceptor, life, random);
    if (random.onceIn(2 * pieces.length)) disturb(acceptor, life, random);
  }
  const { state } = acceptor;
  const outcome = () => `${state}: ${life.ended?.how ?? 'open'} ${life.ended?.fault?.code ?? ''}`.trim();
  if (stopEarly) return { acceptor, pdus: pdus.length, outcome: outcome() };
  const before = outcome();
  life.observe(acceptor.transportClosed());
  life.close();
  if (acceptor.state !== 'idle') throw new Error(`${acceptor.state} without a transport`);
  if (acceptor.pendingStores !== 0) throw new Error('a store is pending without an association');
  return { acceptor, pdus: pdus.length, outcome: before };
}

/** What a service does between two chunks: it answers a store, complete or not. */
function answer(acceptor: Acceptor, life: Lifetime, random: Random): void {
  const [messageId] = life.answerable;
  if (messageId === undefined) return;
  const status = random.pick([0, 0, 0xa700, 0xc000, 0x0110]);
  const offendingElements = random.onceIn(4) ? [0x00080018] : [];
  life.observe(acceptor.answerStore(messageId, { status, errorComment: 'comment', offendingElements }));
  life.answered(messageId);
}

/** What may happen on this side at any moment. */
function disturb(acceptor: Acceptor, life: Lifetime, random: Random): void {
  const disturbance = random.pick([
    () => acceptor.artimExpired(),
    () => acceptor.abort(),
    () => acceptor.release(),
    () => acceptor.answerStore(random.below(70_000), { status: 0 }),
    () => acceptor.answerAction(random.below(4), { status: 0 }),
    () => acceptor.transportClosed(),
  ]);
  life.observe(disturbance());
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialAnswer } from '../../../service/commitment/report.ts';
import { newWorld, Replica } from './replicas-rig.ts';
import { sampleCommitment } from './sample-commitment.ts';

const MINUTE = 60_000;
const uids = ['2.25.91', '2.25.92', '2.25.93'];

/** A step of the story: something that happens to the replicas, and how long until the next. */
const step = fc.record({
  does: fc.constantFrom('accept', 'accept', 'crash', 'start', 'nothing'),
  which: fc.nat(2),
  thenMs: fc.integer({ min: 0, max: 4 * MINUTE }),
});

/** How an association to the peer comes out, and after how long. */
const outcome = fc.record({
  answer: fc.constantFrom<DialAnswer>(
    { kind: 'answered', status: 0 },
    { kind: 'answered', status: 0x0110 },
    { kind: 'unreachable', code: 'ECONNREFUSED' },
    { kind: 'aborted' },
  ),
  afterMs: fc.integer({ min: 0, max: 40_000 }),
});

const story = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  outcomes: fc.array(outcome, { maxLength: 12 }),
  /** Which calls of the store go wrong, and how. */
  faults: fc.array(fc.record({ call: fc.nat(400), isLost: fc.boolean() }), { maxLength: 6 }),
  randoms: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

async function tell({ steps, outcomes, faults, randoms }: Story) {
  let draws = 0;
  const world = newWorld(() => randoms[draws++ % randoms.length] ?? 0);
  const { clock, objects } = world;
  const replicas: Replica[] = [];
  const accepted = new Set<string>();
  const taken = new Map<string, number>();
  let dialing = new Map<string, Replica>();
  let crashes = 0;
  let together = 0;
  let calls = 0;
  let goesWrong = true;
  const faultAt = new Map(faults.map(({ call, isLost }) => [call, isLost]));
  objects.disturb = () => {
    const isLost = goesWrong ? faultAt.get(calls++) : undefined;
    if (isLost === undefined) return undefined;
    return isLost ? { loseAnswer: 'STORE_TIMEOUT' } : { fail: 'STORE_UNAVAILABLE' };
  };
  const pending = [...outcomes];
  world.dial = async (transactionUid, replica) => {
    const other = dialing.get(transactionUid);
    if (other?.isAlive) together += 1;
    dialing.set(transactionUid, replica);
    const { answer, afterMs } = pending.shift() ?? { answer: { kind: 'answered', status: 0 }, afterMs: 0 };
    await new Promise<void>((resolve) => clock.schedule(afterMs, resolve));
    dialing.delete(transactionUid);
    if (answer.kind === 'answered' && answer.status === 0)
      taken.set(transactionUid, (taken.get(transactionUid) ?? 0) + 1);
    return answer;
  };
  const start = () => replicas.push(new Replica(`p${replicas.length}`, world));
  start();
  start();
  for (const { does, which, thenMs } of steps) {
    const alive = replicas.filter(({ isAlive }) => isAlive);
    const replica = alive[which % Math.max(1, alive.length)];
    if (does === 'start') start();
    if (does === 'crash' && replica !== undefined) {
      replica.crash();
      crashes += 1;
      dialing = new Map([...dialing].filter(([, dialer]) => dialer !== replica));
    }
    const uid = uids[which] ?? '';
    if (does === 'accept' && replica !== undefined && !accepted.has(uid)) {
      const nowMs = clock.nowMs();
      const changes = { holder: replica.holder, acceptedAtMs: nowMs, dueAtMs: nowMs };
      const commitment = sampleCommitment(uid, undefined, changes);
      // What could not be kept is not acknowledged; it may be there nevertheless.
      const isKept = await replica.store.create(commitment).catch(() => false);
      if (isKept) {
        accepted.add(uid);
        replica.runner.take(commitment, undefined);
      }
    }
    await clock.advance(thenMs);
  }
  goesWrong = false;
  if (!replicas.some(({ isAlive }) => isAlive)) start();
  await clock.advance(6 * 60 * MINUTE);
  return { world, replicas, accepted, taken, crashes, together };
}

describe('replicas that work on the same transactions', () => {
  it('report each that was acknowledged, whatever crashes, fails or is away meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (one) => {
        const { replicas, accepted, taken, together } = await tell(one);
        const [survivor] = replicas.filter(({ isAlive }) => isAlive);
        for (const uid of accepted) {
          expect((await survivor?.store.find(uid))?.state).toBe('reported');
          expect(taken.get(uid)).toBeGreaterThanOrEqual(1);
        }
        expect(together).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('report once, where nobody crashes and the store does not fail', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (one) => {
        const steps = one.steps.map((each) => (each.does === 'crash' ? ({ ...each, does: 'nothing' } as const) : each));
        const { accepted, taken } = await tell({ ...one, steps, faults: [] });
        expect([...taken].sort()).toEqual([...accepted].map((uid) => [uid, 1]).sort());
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

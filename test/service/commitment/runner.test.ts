import { describe, expect, it } from 'vitest';
import { settled } from '../../support/fake-clock.ts';
import { leaseTtlMs, newWorld, Replica, trialChannel, type World } from './replicas-rig.ts';
import { sampleCommitment } from './sample-commitment.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const uid = '2.25.91';

/** A transaction that a replica has just accepted. */
async function acceptedBy(replica: Replica, { clock }: World, sopInstanceUids?: readonly string[]) {
  const nowMs = clock.nowMs();
  const changes = { holder: replica.holder, acceptedAtMs: nowMs, dueAtMs: nowMs };
  const commitment = sampleCommitment(uid, sopInstanceUids, changes);
  await replica.store.create(commitment);
  return commitment;
}

describe('a transaction', () => {
  it('is decided and reported at once when everything is here', async () => {
    const world = newWorld();
    const replica = new Replica('p1', world);
    replica.runner.take(await acceptedBy(replica, world), undefined);
    await world.clock.advance(0);
    expect(replica.named('commitment-decided')).toMatchObject([{ committed: 2, failed: 0 }]);
    expect(replica.named('commitment-reported')).toMatchObject([{ via: 'new-association', tries: 1 }]);
    expect((await replica.store.find(uid))?.state).toBe('reported');
  });

  it('waits for instances that are not found, and fails them in the end', async () => {
    const world = newWorld();
    world.look = async () => ['committed', 'absent'];
    const replica = new Replica('p1', world);
    replica.runner.take(await acceptedBy(replica, world), undefined);
    await world.clock.advance(14 * MINUTE);
    expect(replica.named('commitment-decided')).toEqual([]);
    await world.clock.advance(3 * MINUTE);
    expect(replica.named('commitment-decided')).toMatchObject([{ committed: 1, failed: 1 }]);
    expect((await replica.store.find(uid))?.failures).toEqual([[1, 0x0112]]);
  });

  it('is reported at growing intervals to a peer that is away, until that has lasted too long', async () => {
    const world = newWorld();
    const dialedAtMs: number[] = [];
    world.dial = async () => {
      dialedAtMs.push(world.clock.monotonicMs());
      return { kind: 'unreachable', code: 'ECONNREFUSED' };
    };
    const replica = new Replica('p1', world);
    replica.runner.take(await acceptedBy(replica, world), undefined);
    await world.clock.advance(26 * HOUR);
    const gaps = dialedAtMs.slice(1).map((atMs, index) => atMs - (dialedAtMs[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30 * MINUTE + 30_000);
    expect(gaps.slice(0, 6)).toEqual([...gaps.slice(0, 6)].sort((a, b) => a - b));
    expect(replica.named('commitment-expired')).toMatchObject([{ code: 'PEER_UNREACHABLE', tries: dialedAtMs.length }]);
    expect((await replica.store.find(uid))?.state).toBe('expired');
  });

  it('is reported on the association of the request while that is open', async () => {
    const world = newWorld();
    const replica = new Replica('p1', world);
    const channel = trialChannel(async () => ({ kind: 'answered', status: 0 }));
    replica.runner.take(await acceptedBy(replica, world), channel);
    await world.clock.advance(0);
    expect(channel.asked).toBe(1);
    expect(replica.named('commitment-reported')).toMatchObject([{ via: 'same-association' }]);
  });

  it('is reported elsewhere when the peer does not answer there, and not asked there again', async () => {
    const world = newWorld();
    world.dial = async () => ({ kind: 'timeout' });
    const replica = new Replica('p1', world);
    const channel = trialChannel(() => new Promise(() => undefined));
    replica.runner.take(await acceptedBy(replica, world), channel);
    await world.clock.advance(5 * MINUTE);
    expect(channel.asked).toBe(1);
    world.dial = async () => ({ kind: 'answered', status: 0 });
    await world.clock.advance(HOUR);
    expect(replica.named('commitment-reported')).toMatchObject([{ via: 'new-association' }]);
  });

  it('stays with the process that has its association while instances are waited for', async () => {
    const world = newWorld();
    world.look = async () => ['committed', 'awaited'];
    const [one, other] = [new Replica('p1', world), new Replica('p2', world)];
    const channel = trialChannel(async () => ({ kind: 'answered', status: 0 }));
    one.runner.take(await acceptedBy(one, world), channel);
    await world.clock.advance(20 * MINUTE);
    world.look = async () => ['committed', 'committed'];
    await world.clock.advance(5 * MINUTE);
    expect(one.named('commitment-reported')).toMatchObject([{ via: 'same-association' }]);
    expect(other.events).toEqual([]);
  });

  it('is taken over from a process that died, when its lease is over by the clock of the other', async () => {
    const world = newWorld();
    const [one, other] = [new Replica('p1', world), new Replica('p2', world)];
    await acceptedBy(one, world);
    one.crash();
    await world.clock.advance(leaseTtlMs - 1);
    expect(other.named('commitment-reported')).toEqual([]);
    await world.clock.advance(2 * 30_000);
    expect(other.named('commitment-reported')).toHaveLength(1);
  });

  it('is not taken over from a process that is slow', async () => {
    const world = newWorld();
    let dials = 0;
    const answer = Promise.withResolvers<{ kind: 'answered'; status: number }>();
    world.dial = (_, { holder }) => {
      dials += 1;
      expect(holder).toBe('p1');
      return answer.promise;
    };
    const [one, other] = [new Replica('p1', world), new Replica('p2', world)];
    one.runner.take(await acceptedBy(one, world), undefined);
    await world.clock.advance(leaseTtlMs / 3);
    answer.resolve({ kind: 'answered', status: 0 });
    await world.clock.advance(HOUR);
    expect(dials).toBe(1);
    expect(one.named('commitment-reported')).toHaveLength(1);
    expect(other.events).toEqual([]);
  });

  it('is not reported by a process that was suspended until another had taken over', async () => {
    const world = newWorld();
    const resumed = Promise.withResolvers<undefined>();
    let decisions = 0;
    // The first to decide stands still once its decision is kept.
    world.objects.disturb = ({ operation, key }) =>
      operation === 'putIfAbsent' && key.endsWith('1.json') && ++decisions === 1
        ? { after: resumed.promise }
        : undefined;
    const dialers: string[] = [];
    world.dial = async (_, { holder }) => {
      dialers.push(holder);
      return { kind: 'answered', status: 0 };
    };
    const [one, other] = [new Replica('p1', world), new Replica('p2', world)];
    one.runner.take(await acceptedBy(one, world), undefined);
    await world.clock.advance(2 * leaseTtlMs);
    resumed.resolve(undefined);
    await world.clock.advance(HOUR);
    expect(dialers).toEqual(['p2']);
    expect(other.named('commitment-reported')).toHaveLength(1);
  });

  it('outlives a store that does not answer', async () => {
    const world = newWorld();
    const replica = new Replica('p1', world);
    const commitment = await acceptedBy(replica, world);
    world.objects.disturb = () => ({ fail: 'STORE_UNAVAILABLE' });
    replica.runner.take(commitment, undefined);
    await world.clock.advance(5 * MINUTE);
    expect(replica.named('commitment-trouble').length).toBeGreaterThan(0);
    world.objects.disturb = () => undefined;
    await world.clock.advance(MINUTE);
    expect(replica.named('commitment-reported')).toHaveLength(1);
  });

  it('is let go when the process stops: what is at work is finished, and nothing more begun', async () => {
    const world = newWorld();
    const answer = Promise.withResolvers<{ kind: 'answered'; status: number }>();
    world.dial = () => answer.promise;
    const replica = new Replica('p1', world);
    replica.runner.take(await acceptedBy(replica, world), undefined);
    await world.clock.advance(0);
    let isClosed = false;
    const closing = replica.runner.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect(isClosed).toBe(false);
    answer.resolve({ kind: 'answered', status: 0 });
    await closing;
    expect((await replica.store.find(uid))?.state).toBe('reported');
    expect(world.clock.nextTaskMs).toBeUndefined();
  });
});

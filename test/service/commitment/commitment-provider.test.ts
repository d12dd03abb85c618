import { describe, expect, it } from 'vitest';
import type { Commitment } from '../../../core/commitment.ts';
import { CommitmentProvider } from '../../../service/commitment/commitment-provider.ts';
import { ObjectCommitments } from '../../../service/commitment/object-commitments.ts';
import type { AssociationChannel } from '../../../service/commitment/report.ts';
import { decided, ended, postponed } from '../../../service/commitment/transitions.ts';
import { encodeCommitmentReport } from '../../../service/dicom/commitment/encode-report.ts';
import type { ActionRequest } from '../../../service/dicom/effects.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { ct, origin } from './sample-commitment.ts';

const implicitLittle = '1.2.840.10008.1.2';
const action: ActionRequest = {
  messageId: 1,
  presentationContextId: 1,
  sopClassUid: '1.2.840.10008.1.20.1',
  sopInstanceUid: '1.2.840.10008.1.20.1.1',
  actionTypeId: 1,
  transferSyntaxUid: implicitLittle,
};
const channel: AssociationChannel = { isOpen: () => true, report: async () => ({ kind: 'unable' }) };

/** A report of success alone has the elements of a request. */
function asking(transactionUid: string, ...sopInstanceUids: readonly string[]): Uint8Array {
  const committed = sopInstanceUids.map((sopInstanceUid) => ({ sopClassUid: ct, sopInstanceUid }));
  return encodeCommitmentReport({ transactionUid, committed, failed: [] }, implicitLittle);
}

function newTrial() {
  const clock = new FakeClock();
  const objects = new MemoryStore({ nowMs: clock.nowMs });
  const store = new ObjectCommitments(objects);
  const events: TelemetryEvent[] = [];
  const taken: Commitment[] = [];
  const reportedOn: string[] = [];
  const provider = new CommitmentProvider({
    store,
    runner: { take: (commitment) => taken.push(commitment), reportOn: (uid) => reportedOn.push(uid) },
    meaning: 'stored',
    maxInstances: 3,
    holder: 'p1',
    clock,
    emit: (event) => events.push(event),
  });
  const ask = async (dataSet: Uint8Array, changes: Partial<ActionRequest> = {}, from = origin) => {
    const { answer, answered } = await provider.request({ ...action, ...changes }, dataSet, from, channel);
    answered();
    return answer.status;
  };
  return { clock, objects, store, events, taken, reportedOn, provider, ask };
}

describe('a request for commitment', () => {
  it('is answered with success once it is durable, and worked on once that is sent', async () => {
    const { provider, store, taken, events } = newTrial();
    const { answer, answered } = await provider.request(action, asking('2.25.7', '2.25.1'), origin, channel);
    expect(answer).toEqual({ status: 0 });
    expect(await store.find('2.25.7')).toMatchObject({ state: 'accepted', holder: 'p1', references: [[ct, '2.25.1']] });
    expect(taken).toEqual([]);
    answered();
    expect(taken).toMatchObject([{ transactionUid: '2.25.7' }]);
    expect(events).toMatchObject([
      { event: 'commitment-requested', transactionUid: '2.25.7', instances: 1, status: 0 },
    ]);
  });

  it('is refused when it cannot be kept, and nothing comes of it', async () => {
    const { ask, objects, taken, events } = newTrial();
    objects.disturb = () => ({ fail: 'STORE_UNAVAILABLE' });
    expect(await ask(asking('2.25.7', '2.25.1'))).toBe(0x0110);
    expect(taken).toEqual([]);
    expect(events.map(({ event }) => event)).toEqual(['commitment-trouble', 'commitment-requested']);
  });

  it.each([
    ['another action', { actionTypeId: 2 }, asking('2.25.7', '2.25.1'), 0x0123],
    ['another instance', { sopInstanceUid: '1.2.3' }, asking('2.25.7', '2.25.1'), 0x0112],
    ['no Transaction UID', {}, asking('', '2.25.1'), 0x0115],
    ['no instances', {}, asking('2.25.7'), 0x0115],
    ['too many instances', {}, asking('2.25.7', '1.1', '1.2', '1.3', '1.4'), 0x0213],
    ['what is no data set', {}, Uint8Array.of(1, 2, 3), 0x0110],
  ] as const)('for %s is refused', async (_, changes, dataSet, status) => {
    const { ask, taken, objects } = newTrial();
    expect(await ask(dataSet, changes)).toBe(status);
    expect([taken, objects.keys()]).toEqual([[], []]);
  });

  it('that comes again is answered like the first, and its report goes on the new association', async () => {
    const { ask, taken, reportedOn, store } = newTrial();
    expect(await ask(asking('2.25.7', '2.25.1', '2.25.2'))).toBe(0);
    expect(await ask(asking('2.25.7', '2.25.2', '2.25.1'))).toBe(0);
    expect([taken.length, reportedOn, (await store.find('2.25.7'))?.revision]).toEqual([1, ['2.25.7'], 0]);
  });

  it('with a Transaction UID of other instances, or of another peer, is a duplicate', async () => {
    const { ask } = newTrial();
    expect(await ask(asking('2.25.7', '2.25.1'))).toBe(0);
    expect(await ask(asking('2.25.7', '2.25.2'))).toBe(0x0131);
    expect(await ask(asking('2.25.7', '2.25.1', '2.25.2'))).toBe(0x0131);
    expect(await ask(asking('2.25.7', '2.25.1'), {}, { ...origin, callingAeTitle: 'CT2' })).toBe(0x0131);
  });

  it('that is over begins anew when it comes again', async () => {
    const { ask, taken, store, clock } = newTrial();
    await ask(asking('2.25.7', '2.25.1'));
    const [first] = taken;
    if (first === undefined) throw new Error('nothing was accepted');
    await store.replace(decided(first, [[0, 0x0112]], clock.nowMs()));
    await store.replace({ ...ended(first, 'reported'), revision: 2 });
    await clock.advance(60_000);
    expect(await ask(asking('2.25.7', '2.25.1'))).toBe(0);
    expect(await store.find('2.25.7')).toMatchObject({ state: 'accepted', revision: 3, failures: [], holder: 'p1' });
    expect(taken).toHaveLength(2);
  });

  it('whose report waits to be sent again has it sent now', async () => {
    const { ask, taken, store, clock } = newTrial();
    await ask(asking('2.25.7', '2.25.1'));
    const [first] = taken;
    if (first === undefined) throw new Error('nothing was accepted');
    const decision = decided(first, [], clock.nowMs());
    await store.replace(decision);
    await store.replace(postponed(decision, clock.nowMs() + 1_800_000, false));
    expect(await ask(asking('2.25.7', '2.25.1'))).toBe(0);
    expect(taken.at(-1)).toMatchObject({ state: 'decided', tries: 0, dueAtMs: clock.nowMs(), holder: 'p1' });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { batchIdSchema } from '../../../core/object-keys.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { LiveStatus } from '../../../service/telemetry/live-status.ts';
import { safeText } from '../../../service/telemetry/safe-text.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';
import { sampleEvents } from './sample-events.ts';

let clock: FakeClock;
let live: LiveStatus;
beforeEach(() => {
  clock = new FakeClock();
  live = new LiveStatus(clock);
});

const batchId = batchIdSchema.parse(sampleBatchId(1));
const accepted = (associationId: string, callingAeTitle = 'CT1') =>
  live.project({
    ...sampleEvents['association-accepted'],
    associationId,
    callingAeTitle: safeText(callingAeTitle),
    peer: safeText('10.0.0.1'),
  });
const ended = (associationId: string, changes: Partial<Extract<TelemetryEvent, { event: 'association-ended' }>> = {}) =>
  live.project({
    ...sampleEvents['association-ended'],
    associationId,
    callingAeTitle: safeText('CT1'),
    peer: safeText('10.0.0.1'),
    how: 'released',
    faultCode: undefined,
    stored: 1,
    refused: 0,
    ...changes,
  });
const stored = (associationId: string, bytes: number) =>
  live.project({ ...sampleEvents['instance-stored'], associationId, batchId, outcome: 'kept', bytes });

describe('the live status', () => {
  it('takes every event there is', () => {
    for (const event of Object.values(sampleEvents)) expect(() => live.project(event)).not.toThrow();
  });

  it('follows an association from its beginning to its end', async () => {
    accepted('a');
    stored('a', 1_000);
    live.project({ ...sampleEvents['instance-refused'], associationId: 'a', code: 'STORE_FULL' });
    expect(live.view().associations).toMatchObject([{ callingAeTitle: 'CT1', stored: 1, refused: 1, bytes: 1_000 }]);
    expect(live.view().peers).toMatchObject([{ result: 'connected' }]);
    await clock.advance(5_000);
    ended('a', { how: 'aborted-by-us', faultCode: 'IDLE_TIMEOUT' });
    expect(live.view()).toMatchObject({
      associations: [],
      peers: [
        { callingAeTitle: 'CT1', peer: '10.0.0.1', result: 'aborted', reason: 'IDLE_TIMEOUT', atMs: clock.nowMs() },
      ],
      totals: { stored: 1, refused: 1, bytes: 1_000 },
      troubles: [{ what: 'instance refused', code: 'STORE_FULL' }],
    });
  });

  it('counts what is in an open batch until it is sealed', () => {
    live.project({ event: 'batch-opened', batchId, route: 'default' });
    stored('a', 10);
    stored('a', 20);
    live.project({ ...sampleEvents['instance-stored'], batchId, outcome: 'identical', bytes: 20 });
    expect(live.view().openBatches).toMatchObject([{ batchId, files: 2, bytes: 30 }]);
    live.project({ ...sampleEvents['batch-sealed'], batchId, files: 2, bytes: 30, reason: 'quiet' });
    expect(live.view()).toMatchObject({ openBatches: [], sealedBatches: [{ batchId, files: 2, reason: 'quiet' }] });
  });

  it('forgets throughput that is older than ten minutes', async () => {
    stored('a', 500);
    const sum = () => live.view().throughput.reduce((total, { bytes }) => total + bytes, 0);
    await clock.advance(590_000);
    expect(sum()).toBe(500);
    expect(live.view().throughput).toHaveLength(60);
    await clock.advance(10_000);
    expect(sum()).toBe(0);
  });

  it('remembers that a peer is unlisted', () => {
    accepted('a', 'NEW');
    live.project({ ...sampleEvents['peer-recorded'], callingAeTitle: safeText('NEW'), peer: safeText('10.0.0.1') });
    accepted('b', 'NEW');
    expect(live.view().peers).toMatchObject([{ callingAeTitle: 'NEW', isUnlisted: true }]);
  });

  it('stays small whatever happens', () => {
    for (let at = 0; at < 5_000; at++) {
      accepted(`a${at}`, `T${at}`);
      live.project({ event: 'batch-opened', batchId: batchIdSchema.parse(sampleBatchId(at)), route: 'default' });
      live.project({ ...sampleEvents['instance-refused'], associationId: `a${at}` });
    }
    const { associations, peers, openBatches, troubles } = live.view();
    expect([associations.length, peers.length, openBatches.length, troubles.length]).toEqual([2_000, 200, 200, 40]);
    expect(peers[0]?.callingAeTitle).toBe('T4999');
  });
});

import { expect, it } from 'vitest';
import { parseConfig } from '../../../core/config.ts';
import { RouteTable } from '../../../core/route-table.ts';
import { openIngest } from '../../../service/ingest/open-ingest.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock, settled } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleBatchId, sampleMetadata } from '../../support/sample-metadata.ts';
import { requestOf } from './reception-rig.ts';

it('ends its drain although the store takes no seal: the sweeper seals what is left', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore({ nowMs: clock.nowMs });
  const events: TelemetryEvent[] = [];
  const config = parseConfig({ SCP_FOLDER: 'x' });
  const ingest = await openIngest({
    config,
    routes: new RouteTable(config, []),
    store,
    spoolFolder: undefined,
    implementation: { classUid: '1.2', versionName: 'X' },
    owner: 'host/1',
    newId: () => sampleBatchId(1),
    clock,
    schedule: clock.schedule,
    random: () => 0.5,
    emit: (event) => events.push(event),
  });
  const metadata = sampleMetadata(1);
  const reception = ingest.receive(requestOf(metadata), 'default');
  await reception.write(sampleDataSet(metadata));
  await reception.finish();
  expect(events.map(({ event }) => event)).toContain('instance-stored');

  store.disturb = ({ operation }) => (operation === 'putIfAbsent' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
  let isDrained = false;
  const deadline = new Promise<void>((resolve) => clock.schedule(10_000, resolve));
  const draining = ingest.drain(deadline).then(() => {
    isDrained = true;
  });
  await clock.advance(21_000);
  await settled();
  expect(isDrained).toBe(false);
  await clock.advance(2_000);
  await settled();
  expect(isDrained).toBe(true);
  await draining;
  expect(events.map(({ event }) => event)).toContain('seal-failed');
  expect(store.keys('open/')).toHaveLength(1);
});

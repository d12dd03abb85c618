import { beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../core/config.ts';
import { manifestSchema } from '../../../core/manifest.ts';
import { batchIdSchema, manifestPrefix } from '../../../core/object-keys.ts';
import { RouteTable } from '../../../core/route-table.ts';
import { parseRoutes } from '../../../core/routes-file.ts';
import { Batches } from '../../../service/ingest/batches.ts';
import { Routes } from '../../../service/ingest/routes.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { sampleBatchId, sampleMetadata } from '../../support/sample-metadata.ts';

const datastoreId = 'b'.repeat(32);
const table = new RouteTable(
  parseConfig({ SCP_FOLDER: 'x' }),
  parseRoutes(
    JSON.stringify({
      routes: [{ name: 'stat', priority: 'stat', outlet: 'stow', calledAeTitles: ['STATSCP'], datastoreId }],
    }),
  ),
);

let clock: FakeClock;
let store: MemoryStore;
let events: TelemetryEvent[];
let routes: Routes;
beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore({ nowMs: clock.nowMs });
  events = [];
  let batches = 0;
  const emit = (event: TelemetryEvent) => events.push(event);
  routes = new Routes({
    rules: table.rules,
    store,
    emit,
    openBatches: (rule) =>
      new Batches({
        ...rule,
        store,
        leaseTtlMs: 60_000,
        owner: 'host/1',
        newBatchId: () => batchIdSchema.parse(sampleBatchId(++batches * 1_000)),
        clock,
        schedule: clock.schedule,
        emit,
      }),
  });
});

async function keep(route: string, associationId: string, n: number): Promise<void> {
  const metadata = sampleMetadata(n);
  const keeping = routes.keeper(route)?.begin(associationId, metadata);
  await keeping?.write(Buffer.from(`instance ${n}`));
  await keeping?.keep(metadata);
}

const manifests = () =>
  store.keys(manifestPrefix).map((key) => manifestSchema.parse(JSON.parse(store.text(key) ?? '')));

describe('routes', () => {
  it('open batches with their first instance, each its own', async () => {
    expect(events).toEqual([]);
    await keep('default', 'a', 1);
    await keep('stat', 'b', 2);
    await keep('stat', 'b', 3);
    expect(events.filter(({ event }) => event === 'batch-opened')).toMatchObject([
      { route: 'default' },
      { route: 'stat' },
    ]);
    await routes.drain();
    expect(manifests().map(({ route, instances }) => [route, instances.length])).toEqual([
      [{ name: 'default', priority: 'routine' }, 1],
      [{ name: 'stat', priority: 'stat', outlet: 'stow', datastoreId }, 2],
    ]);
  });

  it('seal what is urgent while the rest still waits for company', async () => {
    await keep('default', 'a', 1);
    await keep('stat', 'a', 2);
    routes.associationEnded('a');
    await clock.advance(1_000);
    expect(manifests().map(({ route }) => route.name)).toEqual(['stat']);
    await clock.advance(4_000);
    expect(manifests().map(({ route }) => route.name)).toEqual(['default', 'stat']);
  });

  it('are none for a name that is not in the table', () => {
    expect(routes.keeper('elsewhere')).toBe(undefined);
  });
});

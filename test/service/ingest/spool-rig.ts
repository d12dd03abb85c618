import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../../core/config.ts';
import { type Manifest, manifestSchema } from '../../../core/manifest.ts';
import { batchIdSchema, manifestPrefix } from '../../../core/object-keys.ts';
import type { ObjectMetadata, ObjectStore } from '../../../core/object-store.ts';
import { RouteTable } from '../../../core/route-table.ts';
import { parseRoutes } from '../../../core/routes-file.ts';
import { ulid } from '../../../core/ulid.ts';
import { findDeadLeases, sealOrphan } from '../../../lambdas/sweep/seal-orphans.ts';
import { Batches } from '../../../service/ingest/batches.ts';
import type { Kept } from '../../../service/ingest/keeper.ts';
import { Routes } from '../../../service/ingest/routes.ts';
import { Spool, type SpoolOptions } from '../../../service/ingest/spool/spool.ts';
import { FolderStore } from '../../../service/store/folder/folder-store.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';

export const LEASE_TTL_MS = 60_000;
export const SPOOL_TTL_MS = 15_000;

const table = new RouteTable(
  parseConfig({ SCP_FOLDER: 'x' }),
  parseRoutes(JSON.stringify({ routes: [{ name: 'stat', priority: 'stat' }] })),
);

/** What number `n` holds: some thousand bytes, none like those of another. */
export const contentOf = (n: number): Buffer => Buffer.from(`instance ${n} `.repeat(300));

export interface SpoolProcessOptions extends Partial<SpoolOptions> {
  readonly root: string;
  readonly store: ObjectStore;
  readonly clock?: FakeClock;
  /** False where hours pass and the lease is renewed thousands of times: a busy disk takes a minute for that. */
  readonly fsync?: boolean;
}

/** What one process of the service has to do with a spool, over a real folder, in a time of its own. */
export class SpoolProcess {
  readonly clock: FakeClock;
  readonly events: readonly TelemetryEvent[];
  readonly spool: Spool;
  readonly routes: Routes;
  readonly #root: string;
  readonly #fsync: boolean;
  readonly #listeners: Set<() => void>;

  private constructor(
    parts: Pick<SpoolProcess, 'spool' | 'routes' | 'clock' | 'events'>,
    { root, fsync }: { readonly root: string; readonly fsync: boolean },
    listeners: Set<() => void>,
  ) {
    this.spool = parts.spool;
    this.routes = parts.routes;
    this.clock = parts.clock;
    this.events = parts.events;
    this.#root = root;
    this.#fsync = fsync;
    this.#listeners = listeners;
  }

  /** @param name tells the ids that it gives from those of other processes */
  static async start(name: number, options: SpoolProcessOptions): Promise<SpoolProcess> {
    const { root, store, clock = new FakeClock(), fsync = true } = options;
    const events: TelemetryEvent[] = [];
    const listeners = new Set<() => void>();
    const emit = (event: TelemetryEvent) => {
      events.push(event);
      for (const listener of [...listeners]) listener();
    };
    let ids = 0;
    const newId = () => {
      const random = Buffer.alloc(10, name);
      random.writeUInt32BE(++ids * 256, 4);
      return ulid(clock.nowMs(), random);
    };
    const owner = `host/${name}`;
    const { schedule } = clock;
    const routes = new Routes({
      rules: table.rules,
      store,
      emit,
      openBatches: (rule) =>
        new Batches({
          ...rule,
          store,
          leaseTtlMs: LEASE_TTL_MS,
          owner,
          newBatchId: () => batchIdSchema.parse(newId()),
          clock,
          schedule,
          emit,
        }),
    });
    const folder = await FolderStore.open({
      root,
      durability: { fsync },
      nowMs: clock.nowMs,
      newId,
      describe: async () => undefined,
    });
    const spool = await Spool.open({
      folder,
      measure: async () => ({ totalBytes: 1_000_000, availableBytes: 1_000_000 }),
      highPercent: 80,
      fullPercent: 90,
      uploads: 4,
      leaseTtlMs: SPOOL_TTL_MS,
      routes,
      priorityOf: (route) => table.rules.get(route)?.route.priority ?? 'routine',
      owner,
      newId,
      schedule,
      random: () => 1,
      emit,
      ...options,
      clock,
    });
    return new SpoolProcess({ spool, routes, clock, events }, { root, fsync }, listeners);
  }

  /** Spools instance number `n`; resolves when success would be answered. */
  async keep(
    n: number,
    associationId = 'a',
    route = 'default',
    metadata: ObjectMetadata = sampleMetadata(n),
  ): Promise<Kept> {
    const keeping = this.spool.keeper(route).begin(associationId, metadata);
    try {
      await keeping.write(contentOf(n));
      return await keeping.keep(metadata);
    } finally {
      await keeping.discard();
    }
  }

  eventsOf<Name extends TelemetryEvent['event']>(name: Name): readonly Extract<TelemetryEvent, { event: Name }>[] {
    return this.events.filter((event): event is Extract<TelemetryEvent, { event: Name }> => event.event === name);
  }

  /** Resolves when there have been `count` events of this name. */
  heard(name: TelemetryEvent['event'], count = 1): Promise<true> {
    return eventually(this.#listeners, () => (this.eventsOf(name).length >= count ? true : undefined));
  }

  /**
   * Lets time pass in steps, and the disk do its work, until something holds. Each step waits for a write of its own to
   * the same disk, so time does not run away from what the disk is asked for.
   */
  async passUntil(
    holds: () => boolean,
    { stepMs = 1_000, between = async () => {} }: { stepMs?: number; between?: () => Promise<unknown> } = {},
  ): Promise<void> {
    for (let step = 0; !holds(); step++) {
      if (step > 2_000) throw new Error(`it does not come to pass: ${JSON.stringify(this.events.slice(-5))}`);
      await this.clock.advance(stepMs);
      await writeFile(join(this.#root, '.incoming', 'step'), String(step), { flush: this.#fsync });
      await between();
    }
  }

  /** Uploads and seals everything. */
  async finish(): Promise<void> {
    let isEmpty = false;
    const drained = this.spool.drain(new Promise(() => undefined)).then(() => {
      isEmpty = true;
    });
    await this.passUntil(() => isEmpty);
    await drained;
    await this.routes.drain();
  }
}

/** Every manifest in a store that has `keys` and `text`. */
export function manifestsOf(store: {
  keys(prefix: string): readonly string[];
  text(key: string): string | undefined;
}): readonly Manifest[] {
  return store.keys(manifestPrefix).map((key) => manifestSchema.parse(JSON.parse(store.text(key) ?? '')));
}

/** One run of the sweeper's part for dead owners. */
export async function sweep(store: ObjectStore): Promise<void> {
  const options = { store, leaseTtlMs: LEASE_TTL_MS, leaseGraceMs: 0 };
  for (const dead of await findDeadLeases(options)) await sealOrphan(dead, options);
}

import { statfs } from 'node:fs/promises';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import { type BatchId, batchIdSchema } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import type { RouteTable } from '../../core/route-table.ts';
import type { Emit } from '../telemetry/events.ts';
import { Batches } from './batches.ts';
import type { Ingest } from './ingest.ts';
import type { Keeper } from './keeper.ts';
import { Reception } from './reception.ts';
import { Routes } from './routes.ts';
import { Spool } from './spool/spool.ts';

/**
 * What sealing may still take when the time to drain is over: it waits 8 s for what was refused just now and may come late
 * (decision 15). What is not sealed then, the sweeper seals.
 */
const SEAL_MS = 12_000;

export interface IngestOptions {
  readonly config: Config;
  readonly routes: RouteTable;
  readonly store: ObjectStore;
  /** The folder of the spool, durable file by file and name by name; undefined without a spool. */
  readonly spoolFolder: ObjectStore | undefined;
  readonly implementation: { readonly classUid: string; readonly versionName: string };
  /** Never the same for two processes. */
  readonly owner: string;
  /** A new ULID. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly emit: Emit;
  /** The trace context of a batch that was told of, where it is traced. */
  readonly traceparentOf?: ((batchId: BatchId) => string | undefined) | undefined;
}

/** Composes what takes instances, as the settings say. */
export async function openIngest(options: IngestOptions): Promise<Ingest> {
  const { config, routes: table, store, spoolFolder, owner, newId, clock, schedule, emit } = options;
  const routes = new Routes({
    rules: table.rules,
    store,
    emit,
    openBatches: (rule) =>
      new Batches({
        ...rule,
        store,
        leaseTtlMs: config.leaseTtlMs,
        owner,
        newBatchId: () => batchIdSchema.parse(newId()),
        clock,
        schedule,
        emit,
        traceparentOf: options.traceparentOf,
      }),
  });
  const sealAll = async (deadline: Promise<void>) => {
    const late = deadline.then(() => new Promise<void>((resolve) => schedule(SEAL_MS, resolve)));
    await Promise.race([routes.drain(), late]);
  };
  const reception = { importChecks: config.importChecks, implementation: options.implementation, clock, emit };
  if (table.names.size > 1) emit({ event: 'routes-loaded', routes: [...table.names] });

  if (spoolFolder === undefined) {
    return {
      routes: table,
      spool: undefined,
      receive: (instance, route) => new Reception(instance, { ...reception, keeper: known(routes.keeper(route)) }),
      associationEnded: (associationId) => routes.associationEnded(associationId),
      openInstances: () => routes.openInstances(),
      check: () => store.check(),
      drain: sealAll,
    };
  }
  const root = config.spoolFolder ?? '';
  const spool = await Spool.open({
    ...options,
    folder: spoolFolder,
    root,
    measure: async () => {
      const { blocks, bavail, bsize } = await statfs(root);
      return { totalBytes: blocks * bsize, availableBytes: bavail * bsize };
    },
    highPercent: config.spoolHighPercent,
    fullPercent: config.spoolFullPercent,
    uploads: config.spoolUploads,
    leaseTtlMs: config.spoolLeaseTtlMs,
    routes,
    priorityOf: (route) => table.rules.get(route)?.route.priority ?? 'routine',
  });
  return {
    routes: table,
    spool,
    receive: (instance, route) => new Reception(instance, { ...reception, keeper: spool.keeper(route) }),
    associationEnded: (associationId) => spool.associationEnded(associationId),
    openInstances: () => routes.openInstances(),
    check: () => spool.check(),
    drain: async (deadline) => {
      await spool.drain(deadline);
      await sealAll(deadline);
    },
  };
}

function known(keeper: Keeper | undefined): Keeper {
  if (keeper === undefined) throw new Error('a route that is not in the table');
  return keeper;
}

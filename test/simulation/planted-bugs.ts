import { type BatchId, leasePrefix } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { Generations } from '../../service/ingest/generations.ts';
import { BatchLease } from '../../service/ingest/lease.ts';
import { OpenBatch } from '../../service/ingest/open-batch.ts';
import { type Plan, pressedPlanOf } from './plan.ts';
import { LEASE_TTL_MS } from './pod.ts';
import type { Planted } from './world.ts';

/** A bug that the simulation has to find. */
export interface PlantedBug {
  readonly name: string;
  /** The plans among which it shows; the general ones unless given. */
  readonly planOf?: (seed: number) => Plan;
  readonly planted?: () => Planted;
  /** Puts the bug into the code; answers what takes it out again. */
  readonly plant?: () => () => void;
}

/** Replaces a method until the answered function is called. */
function replace<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  make: (original: T[K]) => T[K],
): () => void {
  const original = prototype[name];
  prototype[name] = make(original);
  return () => {
    prototype[name] = original;
  };
}

const storeThat = (changes: (store: ObjectStore) => Partial<ObjectStore>): Planted => ({
  podStore: (store) => ({ ...store, ...changes(store) }),
});

/** Executions whose names are never the same. */
function undeduplicated(): Planted {
  let starts = 0;
  return { firstExecution: (batchId: BatchId) => `${batchId}-again${starts++}` };
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a lease that is always fresh',
    planOf: pressedPlanOf,
    plant: () => replace(BatchLease.prototype, 'isFresh', () => () => true),
  },
  {
    name: 'success before the store has confirmed',
    planted: () =>
      storeThat((store) => ({
        create: (key, metadata) => {
          const writer = store.create(key, metadata);
          return {
            ...writer,
            commit: async () => {
              writer.commit().catch(() => undefined);
            },
          };
        },
      })),
  },
  {
    name: 'a seal without a condition',
    planted: () => storeThat((store) => ({ putIfAbsent: (key, bytes) => store.put(key, bytes).then(() => 'created') })),
  },
  {
    name: 'a seal while instances are in flight',
    plant: () =>
      replace(
        Generations.prototype,
        'admit',
        (admit) =>
          function (this: Generations, associationId, nowMs) {
            const batchId = admit.call(this, associationId, nowMs);
            this.dropped(batchId, nowMs);
            return batchId;
          },
      ),
  },
  {
    name: 'a lease that is renewed after it was given up',
    planted: () => ({
      podStore: (store, process, scheduler) => ({
        ...store,
        delete: async (key) => {
          await store.delete(key);
          if (!key.startsWith(leasePrefix)) return;
          const renew = () => {
            store.put(key, Buffer.from('{}')).catch(() => undefined);
            scheduler.after(LEASE_TTL_MS / 3, renew, process);
          };
          scheduler.after(LEASE_TTL_MS / 3, renew, process);
        },
      }),
    }),
  },
  {
    name: 'a sweeper without a grace',
    planOf: pressedPlanOf,
    planted: () => ({ leaseGraceMs: 0 }),
  },
  {
    name: 'a key that is used again for other bytes',
    plant: () =>
      replace(
        OpenBatch.prototype,
        'reserveKey',
        (reserveKey) =>
          function (this: OpenBatch, ...uids) {
            return reserveKey.apply(this, uids).replace(/~\d+/, '');
          },
      ),
  },
  {
    name: 'an intake that starts whatever comes twice',
    planted: undeduplicated,
  },
  {
    name: 'a refused instance that is removed before its batch is sealed',
    planted: () =>
      storeThat((store) => ({
        create: (key, metadata) => {
          const writer = store.create(key, metadata);
          let isSettled = true;
          return {
            ...writer,
            commit: async () => {
              isSettled = false;
              await writer.commit();
              isSettled = true;
            },
            mayAppearForMs: () => undefined,
            discard: async () => {
              if (!isSettled) await store.delete(key).catch(() => undefined);
            },
          };
        },
      })),
  },
  {
    name: 'instances that may be written whenever their request arrives',
    planted: () => ({ checksExpiry: false }),
  },
  {
    name: 'a seal that does not wait for what may come late',
    planted: () =>
      storeThat((store) => ({
        create: (key, metadata) => ({ ...store.create(key, metadata), mayAppearForMs: () => 0 }),
      })),
  },
];

import type { ManifestInstance } from '../../core/manifest.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import type { RouteRule } from '../../core/route-table.ts';
import type { Emit } from '../telemetry/events.ts';
import { BatchKeeper } from './batch-keeper.ts';
import type { Batches } from './batches.ts';

export interface RoutesOptions {
  readonly rules: ReadonlyMap<string, RouteRule>;
  readonly store: ObjectStore;
  readonly openBatches: (rule: RouteRule) => Batches;
  readonly emit: Emit;
}

/** The batches of each route, from its first instance on. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #open = new Map<string, { readonly batches: Batches; readonly keeper: BatchKeeper }>();

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** What keeps the instances of a route, or undefined when there is no such route. */
  keeper(name: string): BatchKeeper | undefined {
    const open = this.#open.get(name);
    if (open !== undefined) return open.keeper;
    const { rules, store, openBatches, emit } = this.#options;
    const rule = rules.get(name);
    if (rule === undefined) return undefined;
    const batches = openBatches(rule);
    const keeper = new BatchKeeper({ store, batches, emit });
    this.#open.set(name, { batches, keeper });
    return keeper;
  }

  associationEnded(associationId: string): void {
    for (const { batches } of this.#open.values()) batches.associationEnded(associationId);
  }

  /** What the open batches of every route have taken. */
  *openInstances(): Generator<ManifestInstance, void, undefined> {
    for (const { batches } of this.#open.values()) yield* batches.openInstances();
  }

  /** Closes every batch; resolves when all are sealed, which needs every instance in flight to be answered. */
  async drain(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ batches }) => batches.drain()));
  }
}

import type { ManifestInstance } from '../../core/manifest.ts';
import type { RouteTable } from '../../core/route-table.ts';
import type { IncomingInstance, Reception } from './reception.ts';
import type { Spool } from './spool/spool.ts';

/** Where associations bring their instances. */
export interface Ingest {
  readonly routes: RouteTable;
  /** Undefined when success is answered only once the store has an instance. */
  readonly spool: Spool | undefined;
  /** Begins the reception of one instance. */
  readonly receive: (instance: IncomingInstance, route: string) => Reception;
  readonly associationEnded: (associationId: string) => void;
  /** What is in batches that are not sealed yet: it can no longer be lost, and no manifest names it. */
  readonly openInstances: () => Iterable<ManifestInstance>;
  /** Resolves when instances can be taken. */
  readonly check: () => Promise<void>;
  /** Every association has ended: seals every batch, after uploading what is in the spool as far as the deadline allows. */
  readonly drain: (deadline: Promise<void>) => Promise<void>;
}

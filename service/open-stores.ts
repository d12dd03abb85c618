import type { Registry } from 'prom-client';
import type { Clock, Schedule } from '../core/clock.ts';
import type { Config } from '../core/config-schema.ts';
import type { ObjectStore } from '../core/object-store.ts';
import { describeFile } from './ingest/describe-file.ts';
import { FolderStore } from './store/folder/folder-store.ts';
import { openS3Store } from './store/s3/open-s3-store.ts';
import { showStoreBuffers } from './telemetry/store-buffer-gauges.ts';

export interface StoresRuntime {
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly registry: Registry;
}

/** Everywhere that this process keeps something. */
export interface Stores {
  /** Where instances go in the end. */
  readonly store: ObjectStore;
  /** Where they are acknowledged from, when that is a volume of our own. */
  readonly spool: ObjectStore | undefined;
  /** Transactions of storage commitment, when they are kept in a folder. */
  readonly commitments: ObjectStore | undefined;
}

/** Opens what the settings name. @throws StoreFault */
export async function openStores(config: Config, runtime: StoresRuntime): Promise<Stores> {
  const { ack, spoolFolder = '', commitment, commitmentFolder } = config;
  return {
    store: await openStore(config, runtime),
    spool: ack === 'spooled' ? await openDurableFolder(spoolFolder, runtime) : undefined,
    commitments:
      commitment === 'off' || commitmentFolder === undefined
        ? undefined
        : await openDurableFolder(commitmentFolder, runtime),
  };
}

async function openStore(config: Config, runtime: StoresRuntime): Promise<ObjectStore> {
  if (config.store === 's3') {
    const { store, pool } = openS3Store(config, runtime);
    showStoreBuffers(runtime.registry, pool);
    return store;
  }
  const { folder: root = '', folderFsync: fsync } = config;
  const { clock, newId } = runtime;
  return FolderStore.open({ root, durability: { fsync }, nowMs: clock.nowMs, newId, describe: describeFile });
}

/** Fsync is what an acknowledgement from such a folder stands on: there is no choice. */
function openDurableFolder(root: string, { clock, newId }: StoresRuntime): Promise<ObjectStore> {
  const describe = async () => undefined;
  return FolderStore.open({ root, durability: { fsync: true }, nowMs: clock.nowMs, newId, describe });
}

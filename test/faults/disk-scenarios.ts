import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFile } from '../../service/ingest/describe-file.ts';
import { FolderStore } from '../../service/store/folder/folder-store.ts';
import { run } from '../support/run-command.ts';
import type { Extent } from './s3-scenarios.ts';
import { Trial } from './trial.ts';

const DISK_MIB = 64;

/** A small disk of its own, in memory. */
export interface SmallDisk {
  readonly path: string;
  readonly remount: (how: 'ro' | 'rw') => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** @returns undefined when this process may not mount one */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'small-disk-'));
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', path]);
  if (mounted.code !== 0) {
    await rm(path, { recursive: true });
    return undefined;
  }
  return {
    path,
    remount: async (how) => {
      // A disk that is being written to is busy; under load there is a moment between two files sooner or later.
      while ((await run('mount', ['-o', `remount,${how}`, path])).code !== 0) await sleep(1);
    },
    remove: async () => {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Fills the disk by a file beside the store, then makes room again. */
export const diskScenarios = [
  {
    name: 'disk full',
    run: async (trial: Trial, disk: SmallDisk, { instances }: Extent) => {
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
      const ballast = join(disk.path, 'ballast');
      await writeFile(ballast, new Uint8Array(DISK_MIB * 1024 * 1024)).catch(() => undefined);
      await trial.untilRefused(3);
      await rm(ballast);
      await trial.untilAcknowledged(instances);
    },
  },
  {
    name: 'read-only disk',
    run: async (trial: Trial, disk: SmallDisk, { instances }: Extent) => {
      await trial.startReplica();
      await trial.untilAcknowledged(instances);
      await disk.remount('ro');
      await trial.untilRefused(3);
      await disk.remount('rw');
      await trial.untilAcknowledged(instances);
    },
  },
];

/** A trial whose replicas store on a small disk. */
export async function trialOn(disk: SmallDisk, seed: number): Promise<Trial> {
  const root = join(disk.path, 'store');
  await mkdir(root, { recursive: true });
  let names = 0;
  const store = await FolderStore.open({
    root,
    durability: { fsync: true },
    nowMs: Date.now,
    newId: () => `audit-${names++}`,
    describe: describeFile,
  });
  return new Trial({
    environment: { SCP_STORE: 'folder', SCP_FOLDER: root },
    store,
    senders: 2,
    seed,
    largest: 'small',
  });
}

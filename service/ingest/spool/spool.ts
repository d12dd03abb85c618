import type { Clock, Schedule } from '../../../core/clock.ts';
import type { ObjectStore } from '../../../core/object-store.ts';
import type { Priority } from '../../../core/route.ts';
import type { Emit } from '../../telemetry/events.ts';
import { safeText } from '../../telemetry/safe-text.ts';
import type { Keeper } from '../keeper.ts';
import type { Routes } from '../routes.ts';
import { SpoolAccount } from './spool-account.ts';
import { SpoolFiles } from './spool-files.ts';
import { SpoolKeeper } from './spool-keeper.ts';
import { SpoolLease } from './spool-lease.ts';
import { SpoolVolume, type VolumeSize } from './spool-volume.ts';
import { uploadInstance } from './upload-instance.ts';
import { Uploader } from './uploader.ts';

const RECOVERY_RETRY_MS = 10_000;

export interface SpoolOptions {
  /** Over the folder `root`, durable file by file and name by name. */
  readonly folder: ObjectStore;
  readonly root: string;
  readonly measure: () => Promise<VolumeSize>;
  readonly highPercent: number;
  readonly fullPercent: number;
  readonly uploads: number;
  readonly leaseTtlMs: number;
  /** Where the instances go in the end. */
  readonly store: ObjectStore;
  readonly routes: Routes;
  readonly priorityOf: (route: string) => Priority;
  /** Never the same for two processes. */
  readonly owner: string;
  /** A new ULID. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly random: () => number;
  readonly emit: Emit;
}

/**
 * Instances on a volume that outlives the process, on their way to the store. Any process may put instances in at any
 * time, since each is a file of its own; one at a time takes them out.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #files: SpoolFiles;
  readonly #volume: SpoolVolume;
  readonly #account: SpoolAccount;
  readonly #uploader: Uploader;
  #lease: SpoolLease;

  private constructor(options: SpoolOptions, volume: SpoolVolume) {
    const { routes, schedule, random, emit } = options;
    this.#options = options;
    this.#volume = volume;
    this.#files = new SpoolFiles(options.folder, options.root);
    this.#account = new SpoolAccount({ onAssociationOver: (id) => routes.associationEnded(id) });
    this.#uploader = new Uploader({
      uploads: options.uploads,
      upload: (entry) => uploadInstance(entry, { ...options, files: this.#files }),
      priorityOf: options.priorityOf,
      onGone: (entry) => this.#account.remove(entry),
      schedule,
      random,
      emit,
    });
    this.#lease = this.#newLease();
  }

  /** Opens the spool: instances can be put in at once; what is in it is uploaded as soon as nobody else does. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options, await SpoolVolume.open(options));
    spool.#run();
    return spool;
  }

  get instances(): number {
    return this.#account.instances;
  }

  get bytes(): number {
    return this.#account.bytes;
  }

  /** Age of the oldest instance in milliseconds, 0 when there is none. */
  get oldestAgeMs(): number {
    const { clock } = this.#options;
    return Math.max(0, clock.nowMs() - (this.#account.oldestAtMs() ?? clock.nowMs()));
  }

  /** Share of the volume that is used, 0 to 1. */
  get usedRatio(): number {
    return this.#volume.usedRatio;
  }

  /** Whether new associations are to be turned away. */
  get isHigh(): boolean {
    return this.#volume.level !== 'normal';
  }

  /** Whether uploads fail. */
  get isFailing(): boolean {
    return this.#uploader.isFailing;
  }

  keeper(route: string): Keeper {
    return new SpoolKeeper(route, {
      files: this.#files,
      volume: this.#volume,
      account: this.#account,
      newId: this.#options.newId,
      onSpooled: (entry) => this.#uploader.add(entry),
    });
  }

  associationEnded(associationId: string): void {
    this.#account.associationEnded(associationId);
  }

  /** Resolves when instances can be put in. */
  check(): Promise<void> {
    return this.#files.check();
  }

  /** Uploads until nothing is left or the deadline has come; the rest stays for the process that comes next. */
  async drain(deadline: Promise<void>): Promise<void> {
    await Promise.race([this.#account.whenEmpty(), deadline]);
    this.#uploader.stop();
    this.#volume.close();
    await this.#lease.release();
    const { instances: leftInstances, bytes: leftBytes } = this.#account;
    this.#options.emit({ event: 'spool-drained', leftInstances, leftBytes });
  }

  async #run(): Promise<void> {
    if (!(await this.#lease.acquire())) return;
    while (!(await this.#recover())) {
      await new Promise<void>((resolve) => this.#options.schedule(RECOVERY_RETRY_MS, resolve));
    }
    this.#uploader.start();
  }

  /** Takes up what other processes have left. Resolves to whether the folder could be read. */
  async #recover(): Promise<boolean> {
    const { emit } = this.#options;
    try {
      for await (const { name, fileBytes } of this.#files.list()) {
        if (this.#account.has(name.id)) continue;
        const entry = { name, fileBytes, identity: undefined, failures: 0, isDoubtful: true };
        this.#account.add(entry);
        this.#uploader.add(entry);
      }
      await this.#files.tidy((id) => this.#account.has(id));
    } catch (error) {
      const detail = safeText(String(error), 200);
      emit({ event: 'upload-failed', code: 'SPOOL_UNREADABLE', detail, retryMs: RECOVERY_RETRY_MS });
      return false;
    }
    emit({ event: 'spool-opened', instances: this.#account.instances, bytes: this.#account.bytes });
    return true;
  }

  #newLease(): SpoolLease {
    const { folder, owner, leaseTtlMs, schedule, emit } = this.#options;
    return new SpoolLease({
      store: folder,
      owner,
      ttlMs: leaseTtlMs,
      schedule,
      onBusy: (other) => emit({ event: 'spool-busy', owner: safeText(other, 128) }),
      onLost: () => {
        this.#uploader.stop();
        this.#lease = this.#newLease();
        this.#run();
      },
    });
  }
}

import { join } from 'node:path';
import { JsonFiles } from './json-files.ts';
import { PixelFiles } from './pixel-files.ts';
import type { DatastoreRecord, ImageSetRecord, InstanceRecord, JobRecord } from './records.ts';

/**
 * All that the emulator remembers. Datastores, jobs and image sets are held in memory and mirrored in files; instances
 * and pixel data are in files alone.
 */
export class State {
  readonly datastores = new Map<string, DatastoreRecord>();
  readonly jobs = new Map<string, JobRecord>();
  readonly imageSets = new Map<string, ImageSetRecord>();
  /** By resource ARN. */
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  readonly pixels: PixelFiles;
  readonly #files: JsonFiles;

  private constructor(dataFolder: string) {
    this.#files = new JsonFiles(dataFolder);
    this.pixels = new PixelFiles(dataFolder);
  }

  /** Reads what an earlier run has left in the folder, which may not exist yet. */
  static async load(dataFolder: string): Promise<State> {
    const state = new State(dataFolder);
    for (const datastoreId of await state.#files.names('datastores')) {
      const folder = join('datastores', datastoreId);
      const datastore = await state.#files.load<DatastoreRecord>(join(folder, 'datastore.json'));
      if (datastore === undefined) continue;
      state.datastores.set(datastoreId, datastore);
      for (const job of await state.#files.loadAll<JobRecord>(join(folder, 'jobs'))) state.jobs.set(job.jobId, job);
      for (const imageSet of await state.#files.loadAll<ImageSetRecord>(join(folder, 'imagesets'))) {
        state.imageSets.set(imageSet.imageSetId, imageSet);
      }
    }
    for (const [arn, tags] of Object.entries((await state.#files.load<TagFile>('tags.json')) ?? {})) {
      state.tags.set(arn, tags);
    }
    return state;
  }

  async saveDatastore(datastore: DatastoreRecord): Promise<void> {
    this.datastores.set(datastore.datastoreId, datastore);
    await this.#files.save(join('datastores', datastore.datastoreId, 'datastore.json'), datastore);
  }

  async saveJob(job: JobRecord): Promise<void> {
    this.jobs.set(job.jobId, job);
    await this.#files.save(join('datastores', job.datastoreId, 'jobs', `${job.jobId}.json`), job);
  }

  async saveImageSet(imageSet: ImageSetRecord): Promise<void> {
    this.imageSets.set(imageSet.imageSetId, imageSet);
    await this.#files.save(
      join('datastores', imageSet.datastoreId, 'imagesets', `${imageSet.imageSetId}.json`),
      imageSet,
    );
  }

  async saveInstance(datastoreId: string, instance: InstanceRecord): Promise<void> {
    await this.#files.save(instanceFile(datastoreId, instance.instanceId), instance);
  }

  async loadInstance(datastoreId: string, instanceId: string): Promise<InstanceRecord> {
    const instance = await this.#files.load<InstanceRecord>(instanceFile(datastoreId, instanceId));
    if (instance === undefined) throw new Error(`instance ${instanceId} is missing from the data folder`);
    return instance;
  }

  async saveTags(resourceArn: string, tags: Readonly<Record<string, string>>): Promise<void> {
    this.tags.set(resourceArn, tags);
    await this.#files.save('tags.json', Object.fromEntries(this.tags));
  }
}

type TagFile = Readonly<Record<string, Readonly<Record<string, string>>>>;

function instanceFile(datastoreId: string, instanceId: string): string {
  return join('datastores', datastoreId, 'instances', `${instanceId}.json`);
}

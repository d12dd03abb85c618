import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateDatastoreCommand,
  MedicalImagingClient,
  StartDICOMImportJobCommand,
  type StartDICOMImportJobCommandInput,
} from '@aws-sdk/client-medical-imaging';
import type { HealthImagingEvent } from '../../../local/healthimaging/events/event.ts';
import { FaultPlan } from '../../../local/healthimaging/faults.ts';
import { MemoryObjectAccess } from '../../../local/healthimaging/objects/memory-object-access.ts';
import { noQuotas } from '../../../local/healthimaging/quotas.ts';
import { type HealthImagingOptions, startHealthImaging } from '../../../local/healthimaging/start-healthimaging.ts';

const roleArn = 'arn:aws:iam::123456789012:role/import';

/** An emulator on loopback with a clock, ids and timers of the test's, and the real SDK's client for it. */
export async function startTrial(
  overrides: Partial<Omit<HealthImagingOptions, 'objects'>> = {},
  objects = new MemoryObjectAccess(),
) {
  const faults = new FaultPlan();
  const time = { ms: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const held: { readonly task: () => void }[] = [];
  const events: HealthImagingEvent[] = [];
  const errors: unknown[] = [];
  const waiting = new Set<() => void>();
  let ids = 0;
  const options: HealthImagingOptions = {
    host: '127.0.0.1',
    port: 0,
    dataFolder: await mkdtemp(join(tmpdir(), 'healthimaging-')),
    objects,
    faults,
    clock: { nowMs: () => time.ms, monotonicMs: () => time.ms },
    newId: () => String(++ids).padStart(32, '0'),
    // What is due at once is done soon; what is due later waits until the test says so.
    schedule: (delayMs, task) => {
      if (delayMs === 0) {
        const immediate = setImmediate(task);
        return { cancel: () => clearImmediate(immediate) };
      }
      const entry = { task };
      held.push(entry);
      return { cancel: () => void held.splice(held.indexOf(entry) >>> 0, 1) };
    },
    onEvent: (event) => {
      events.push(event);
      for (const wake of [...waiting]) wake();
    },
    onError: (error) => void errors.push(error),
    quotas: noQuotas,
    ...overrides,
  };
  const service = await startHealthImaging(options);
  const client = new MedicalImagingClient({
    region: 'us-east-1',
    endpoint: service.endpoint,
    disableHostPrefix: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });

  /** The next event that passes, or one that has come already. */
  const eventWhere = (passes: (event: HealthImagingEvent) => boolean): Promise<HealthImagingEvent> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.find(passes);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });

  return {
    options,
    objects,
    faults,
    time,
    held,
    events,
    errors,
    client,
    service,
    eventWhere,
    /** An ACTIVE datastore's id. */
    createDatastore: async (name = 'trial'): Promise<string> => {
      const { datastoreId } = await client.send(new CreateDatastoreCommand({ datastoreName: name }));
      await eventWhere(
        ({ detail, 'detail-type': type }) => type === 'Data Store Created' && detail.datastoreId === datastoreId,
      );
      return datastoreId ?? '';
    },
    /** Starts a job on `s3://input/<prefix>`. */
    start: async (
      datastoreId: string,
      prefix: string,
      input: Partial<StartDICOMImportJobCommandInput> = {},
    ): Promise<string> => {
      const { jobId } = await client.send(
        new StartDICOMImportJobCommand({
          datastoreId,
          dataAccessRoleArn: roleArn,
          inputS3Uri: `s3://input/${prefix}`,
          outputS3Uri: 's3://output/results/',
          ...input,
        }),
      );
      return jobId ?? '';
    },
    /** The event with which a job has ended. */
    ended: (jobId: string): Promise<HealthImagingEvent> =>
      eventWhere(({ detail }) => detail.jobId === jobId && /^(COMPLETED|FAILED)$/.test(String(detail.jobStatus))),
    /** A job's output file as text; undefined when there is none. */
    output: (datastoreId: string, jobId: string, path: string): string | undefined =>
      objects.text('output', `results/${datastoreId}-DicomImport-${jobId}/${path}`),
    close: async (): Promise<void> => {
      client.destroy();
      await service.close();
    },
  };
}

export type Trial = Awaited<ReturnType<typeof startTrial>>;

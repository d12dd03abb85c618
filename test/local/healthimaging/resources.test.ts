import {
  CreateDatastoreCommand,
  GetDatastoreCommand,
  ListTagsForResourceCommand,
  MedicalImagingClient,
  paginateListDatastores,
  paginateListDICOMImportJobs,
  SearchImageSetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-medical-imaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTrial, type Trial } from './trial-emulator.ts';

let trial: Trial;
beforeAll(async () => {
  trial = await startTrial();
});
afterAll(() => trial.close());

describe('datastores', () => {
  it('are made once for one client token, and shown with their properties', async () => {
    const input = { datastoreName: 'archive', clientToken: 't1', tags: { team: 'imaging' } };
    const first = await trial.client.send(new CreateDatastoreCommand(input));
    const again = await trial.client.send(new CreateDatastoreCommand(input));
    expect(again.datastoreId).toBe(first.datastoreId);
    await trial.eventWhere(({ detail }) => detail.datastoreStatus === 'ACTIVE');
    const { datastoreProperties } = await trial.client.send(
      new GetDatastoreCommand({ datastoreId: first.datastoreId }),
    );
    expect(datastoreProperties).toEqual({
      datastoreId: first.datastoreId,
      datastoreName: 'archive',
      datastoreStatus: 'ACTIVE',
      losslessStorageFormat: 'HTJ2K',
      datastoreArn: `arn:aws:medical-imaging:us-east-1:123456789012:datastore/${first.datastoreId}`,
      createdAt: new Date('2026-01-02T03:04:05Z'),
      updatedAt: new Date('2026-01-02T03:04:05Z'),
    });
  });

  it('are listed in pages', async () => {
    const made = [];
    for (const name of ['p1', 'p2', 'p3']) made.push(await trial.createDatastore(name));
    const sizes: number[] = [];
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListDatastores(
      { client: trial.client, pageSize: 2 },
      { datastoreStatus: 'ACTIVE' },
    )) {
      sizes.push(page.datastoreSummaries?.length ?? 0);
      listed.push(...(page.datastoreSummaries ?? []).map(({ datastoreId }) => datastoreId));
    }
    expect(sizes.every((size) => size <= 2)).toBe(true);
    expect(listed).toEqual(expect.arrayContaining(made));
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe('import jobs', () => {
  it('are listed in pages and by status', async () => {
    const datastoreId = await trial.createDatastore();
    const started = [];
    for (const prefix of ['a/', 'b/', 'c/']) started.push(await trial.start(datastoreId, prefix));
    await Promise.all(started.map((jobId) => trial.ended(jobId)));
    const ids = async (jobStatus: 'COMPLETED' | 'FAILED'): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const page of paginateListDICOMImportJobs(
        { client: trial.client, pageSize: 2 },
        { datastoreId, jobStatus },
      )) {
        found.push(...(page.jobSummaries ?? []).map(({ jobId }) => jobId));
      }
      return found.sort();
    };
    expect(await ids('COMPLETED')).toEqual(started.sort());
    expect(await ids('FAILED')).toEqual([]);
  });
});

describe('tags', () => {
  it('are added, listed and removed', async () => {
    const datastoreId = await trial.createDatastore();
    const resourceArn = `arn:aws:medical-imaging:us-east-1:123456789012:datastore/${datastoreId}`;
    await trial.client.send(new TagResourceCommand({ resourceArn, tags: { one: '1', two: '2', three: '3' } }));
    await trial.client.send(new TagResourceCommand({ resourceArn, tags: { two: 'II' } }));
    await trial.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['one', 'three'] }));
    const { tags } = await trial.client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ two: 'II' });
  });
});

describe('a client without disableHostPrefix', () => {
  it('looks for a host that is not there', async () => {
    const client = new MedicalImagingClient({
      region: 'us-east-1',
      endpoint: trial.service.endpoint,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    });
    const datastoreId = await trial.createDatastore();
    await expect(client.send(new GetDatastoreCommand({ datastoreId }))).resolves.toBeDefined();
    await expect(client.send(new SearchImageSetsCommand({ datastoreId }))).rejects.toThrow(/runtime-127\.0\.0\.1/);
    client.destroy();
  });
});

import {
  GetDICOMImportJobCommand,
  ListTagsForResourceCommand,
  SearchImageSetsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-medical-imaging';
import { describe, expect, it } from 'vitest';
import { ctElements, part10 } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';

const file = part10(ctElements());

/** Another emulator on the same data folder and objects. */
async function startAgain({ options, objects, time }: Trial): Promise<Trial> {
  let ids = 0;
  const { dataFolder } = options;
  const again = await startTrial({ dataFolder, newId: () => `again${String(++ids).padStart(27, '0')}` }, objects);
  again.time.ms = time.ms;
  return again;
}

async function imageSetsOf({ client }: Trial, datastoreId: string) {
  const { imageSetsMetadataSummaries } = await client.send(new SearchImageSetsCommand({ datastoreId }));
  return imageSetsMetadataSummaries ?? [];
}

describe('after a restart', () => {
  it('all is as it was', async () => {
    const before = await startTrial();
    const datastoreId = await before.createDatastore();
    before.objects.put('input', 'batch/1.dcm', file);
    const jobId = await before.start(datastoreId, 'batch/');
    await before.ended(jobId);
    const resourceArn = `arn:aws:medical-imaging:us-east-1:123456789012:datastore/${datastoreId}`;
    await before.client.send(new TagResourceCommand({ resourceArn, tags: { team: 'imaging' } }));
    const get = new GetDICOMImportJobCommand({ datastoreId, jobId });
    const job = (await before.client.send(get)).jobProperties;
    const imageSets = await imageSetsOf(before, datastoreId);
    await before.close();

    const after = await startAgain(before);
    expect((await after.client.send(get)).jobProperties).toEqual(job);
    expect(await imageSetsOf(after, datastoreId)).toEqual(imageSets);
    const { tags } = await after.client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ team: 'imaging' });
    await after.close();
  });

  it.each([
    ['submitted', { queueMs: 1 }],
    ['in progress', { importMs: 1 }],
  ])('a job that was %s goes on', async (status, timing) => {
    const before = await startTrial({ timing });
    const datastoreId = await before.createDatastore();
    before.objects.put('input', 'batch/1.dcm', file);
    const jobId = await before.start(datastoreId, 'batch/');
    if (status === 'in progress') await before.eventWhere(({ detail }) => detail.jobStatus === 'IN_PROGRESS');
    await before.close();

    const after = await startAgain(before);
    expect((await after.ended(jobId)).detail).toMatchObject({ jobStatus: 'COMPLETED' });
    expect(await imageSetsOf(after, datastoreId)).toMatchObject([{ version: 1 }]);
    await after.close();
  });

  it('a job that was interrupted between its image sets and its end imports nothing twice', async () => {
    const before = await startTrial();
    const datastoreId = await before.createDatastore();
    before.objects.put('input', 'batch/1.dcm', file);
    const { write } = before.objects;
    let interrupted: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      // As if the process had been killed while it wrote the first output file.
      before.objects.write = () => {
        resolve();
        return new Promise<void>((_, reject) => {
          interrupted = () => reject(new Error('killed'));
        });
      };
    });
    const jobId = await before.start(datastoreId, 'batch/');
    await reached;
    const imageSets = await imageSetsOf(before, datastoreId);
    before.objects.write = write;

    const after = await startAgain(before);
    await after.ended(jobId);
    expect(after.output(datastoreId, jobId, 'SUCCESS/success.ndjson')).toContain(imageSets[0]?.imageSetId);
    expect(await imageSetsOf(after, datastoreId)).toMatchObject([{ version: 1, imageSetId: imageSets[0]?.imageSetId }]);
    await after.close();
    interrupted?.();
    await before.close();
  });

  it('output files that were still to come do come', async () => {
    const before = await startTrial();
    const datastoreId = await before.createDatastore();
    before.objects.put('input', 'batch/1.dcm', file);
    before.faults.add({ kind: 'late-outputs', delayMs: 5000, times: 1 });
    const jobId = await before.start(datastoreId, 'batch/');
    await before.ended(jobId);
    await before.close();
    expect(before.output(datastoreId, jobId, 'job-output-manifest.json')).toBeUndefined();

    const after = await startAgain(before);
    await expect.poll(() => after.output(datastoreId, jobId, 'job-output-manifest.json')).toBeDefined();
    await after.close();
  });
});

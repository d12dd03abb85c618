import {
  CopyImageSetCommand,
  CreateDatastoreCommand,
  DeleteDatastoreCommand,
  DeleteImageSetCommand,
  GetDatastoreCommand,
  GetDICOMImportJobCommand,
  GetImageFrameCommand,
  GetImageSetCommand,
  GetImageSetMetadataCommand,
  ListDatastoresCommand,
  ListDICOMImportJobsCommand,
  ListTagsForResourceCommand,
  type MedicalImagingClient,
  SearchImageSetsCommand,
  StartDICOMImportJobCommand,
  type StartDICOMImportJobCommandInput,
  UpdateImageSetMetadataCommand,
} from '@aws-sdk/client-medical-imaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsQuotas, noQuotas } from '../../../local/healthimaging/quotas.ts';
import { ctElements, part10 } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';

let trial: Trial;
let client: MedicalImagingClient;
let datastoreId: string;
let imageSetId: string;

const absent = 'f'.repeat(32);

beforeAll(async () => {
  trial = await startTrial();
  client = trial.client;
  datastoreId = await trial.createDatastore();
  trial.objects.put('input', 'batch/1.dcm', part10(ctElements()));
  await trial.ended(await trial.start(datastoreId, 'batch/'));
  const { imageSetsMetadataSummaries } = await client.send(new SearchImageSetsCommand({ datastoreId }));
  imageSetId = imageSetsMetadataSummaries?.[0]?.imageSetId ?? '';
});

afterAll(() => trial.close());

describe('ResourceNotFoundException', () => {
  const notFound = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };

  it('answers an unknown datastore', async () => {
    const input = { datastoreId: absent };
    await expect(client.send(new GetDatastoreCommand(input))).rejects.toMatchObject(notFound);
    await expect(client.send(new DeleteDatastoreCommand(input))).rejects.toMatchObject(notFound);
    await expect(client.send(new ListDICOMImportJobsCommand(input))).rejects.toMatchObject(notFound);
    await expect(client.send(new SearchImageSetsCommand(input))).rejects.toMatchObject(notFound);
    await expect(trial.start(absent, 'batch/')).rejects.toMatchObject(notFound);
  });

  it('answers an unknown job, image set, version, frame or tagged resource', async () => {
    const resourceArn = `arn:aws:medical-imaging:us-east-1:123456789012:datastore/${absent}`;
    const imageFrameInformation = { imageFrameId: absent };
    await expect(client.send(new GetDICOMImportJobCommand({ datastoreId, jobId: absent }))).rejects.toMatchObject(
      notFound,
    );
    await expect(client.send(new GetImageSetCommand({ datastoreId, imageSetId: absent }))).rejects.toMatchObject(
      notFound,
    );
    await expect(
      client.send(new GetImageSetMetadataCommand({ datastoreId, imageSetId, versionId: '9' })),
    ).rejects.toMatchObject(notFound);
    await expect(
      client.send(new GetImageFrameCommand({ datastoreId, imageSetId, imageFrameInformation })),
    ).rejects.toMatchObject(notFound);
    await expect(client.send(new ListTagsForResourceCommand({ resourceArn }))).rejects.toMatchObject(notFound);
  });
});

describe('ValidationException', () => {
  const invalid = { name: 'ValidationException', $metadata: { httpStatusCode: 400 } };

  it.each<[string, Partial<StartDICOMImportJobCommandInput>]>([
    ['jobName', { jobName: 'a b' }],
    ['jobName', { jobName: 'a'.repeat(65) }],
    ['clientToken', { clientToken: 'a/b' }],
    ['dataAccessRoleArn', { dataAccessRoleArn: 'arn:aws:iam::1:role/x' }],
    ['inputS3Uri', { inputS3Uri: 'https://input/batch/' }],
    ['inputS3Uri', { inputS3Uri: 's3://UPPER/batch/' }],
    ['outputS3Uri', { outputS3Uri: `s3://output/${'a'.repeat(1024)}` }],
    ['inputOwnerAccountId', { inputOwnerAccountId: '1' }],
  ])('answers a start with a bad %s', async (member, input) => {
    await expect(trial.start(datastoreId, 'batch/', input)).rejects.toMatchObject({
      ...invalid,
      message: expect.stringMatching(`^1 validation error detected: Value at '${member}' failed`),
    });
  });

  it('answers a missing member', async () => {
    const command = new StartDICOMImportJobCommand({
      datastoreId,
      dataAccessRoleArn: undefined,
      inputS3Uri: undefined,
      outputS3Uri: 's3://output/',
    });
    await expect(client.send(command)).rejects.toMatchObject({
      ...invalid,
      message: expect.stringMatching(/^2 validation errors.*'dataAccessRoleArn'.*'inputS3Uri'/),
    });
  });

  it('answers more than one filter, bounds of two kinds, a bad page and a bad token', async () => {
    const equal = { operator: 'EQUAL' as const, values: [{ DICOMPatientId: 'P1' }] };
    const mixed = { operator: 'BETWEEN' as const, values: [{ createdAt: new Date(0) }, { updatedAt: new Date(0) }] };
    for (const filters of [[equal, equal], [mixed], [{ ...equal, operator: 'BETWEEN' as const }]]) {
      await expect(
        client.send(new SearchImageSetsCommand({ datastoreId, searchCriteria: { filters } })),
      ).rejects.toMatchObject(invalid);
    }
    await expect(client.send(new ListDatastoresCommand({ maxResults: 51 }))).rejects.toMatchObject(invalid);
    await expect(client.send(new ListDatastoresCommand({ nextToken: 'bogus' }))).rejects.toMatchObject(invalid);
  });

  it('answers what is not JSON', async () => {
    const response = await fetch(`${trial.service.endpoint}/datastore`, {
      method: 'POST',
      body: '{',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/medical-imaging/aws4_request, x' },
    });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
  });

  it('answers a start while the datastore is being created', async () => {
    const slow = await startTrial({ timing: { datastoreMs: 1000 } });
    try {
      const creating = await slow.client.send(new CreateDatastoreCommand({ datastoreName: 'slow' }));
      expect(creating.datastoreStatus).toBe('CREATING');
      await expect(slow.start(creating.datastoreId ?? '', 'batch/')).rejects.toMatchObject(invalid);
    } finally {
      await slow.close();
    }
  });
});

describe('AccessDeniedException', () => {
  const get = (authorization?: string): Promise<Response> =>
    fetch(`${trial.service.endpoint}/datastore`, authorization === undefined ? {} : { headers: { authorization } });

  it('answers a request that is not signed, or for another service', async () => {
    for (const authorization of [
      undefined,
      'Bearer x',
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, x',
    ]) {
      const response = await get(authorization);
      expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
    }
  });
});

describe('ConflictException', () => {
  it('answers the deletion of a datastore that has image sets', async () => {
    await expect(client.send(new DeleteDatastoreCommand({ datastoreId }))).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
  });
});

describe('NotImplementedException', () => {
  it('names the operations that are not emulated', async () => {
    const copy = new CopyImageSetCommand({
      datastoreId,
      sourceImageSetId: imageSetId,
      copyImageSetInformation: { sourceImageSet: { latestVersionId: '1' } },
    });
    await expect(client.send(copy)).rejects.toThrow('CopyImageSet is not emulated');
    const update = new UpdateImageSetMetadataCommand({
      datastoreId,
      imageSetId,
      latestVersionId: '1',
      updateImageSetMetadataUpdates: { revertToVersionId: '1' },
    });
    await expect(client.send(update)).rejects.toMatchObject({
      name: 'NotImplementedException',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('the quotas', () => {
  it('let two jobs start at once and then one a second', async () => {
    const limited = await startTrial({ quotas: awsQuotas });
    try {
      const id = await limited.createDatastore();
      await limited.start(id, 'a/');
      await limited.start(id, 'b/');
      await expect(limited.start(id, 'c/')).rejects.toMatchObject({
        name: 'ThrottlingException',
        $metadata: { httpStatusCode: 429 },
      });
      limited.time.ms += 1000;
      await expect(limited.start(id, 'c/')).resolves.toBeDefined();
    } finally {
      await limited.close();
    }
  });

  it('limit the jobs that have not ended, and the datastores', async () => {
    const limited = await startTrial({
      quotas: { ...noQuotas, concurrentJobs: 1, datastores: 1 },
      timing: { queueMs: 1 },
    });
    try {
      const id = await limited.createDatastore();
      const first = await limited.start(id, 'a/');
      const exceeded = { name: 'ServiceQuotaExceededException', $metadata: { httpStatusCode: 402 } };
      await expect(limited.start(id, 'b/')).rejects.toMatchObject(exceeded);
      for (const { task } of limited.held) task();
      await limited.ended(first);
      await expect(limited.start(id, 'b/')).resolves.toBeDefined();
      await expect(limited.createDatastore('second')).rejects.toMatchObject(exceeded);
    } finally {
      await limited.close();
    }
  });
});

describe('a deleted image set', () => {
  it('is found no more, and frees its datastore', async () => {
    const other = await startTrial();
    try {
      const id = await other.createDatastore();
      other.objects.put('input', 'batch/1.dcm', part10(ctElements()));
      await other.ended(await other.start(id, 'batch/'));
      const found = await other.client.send(new SearchImageSetsCommand({ datastoreId: id }));
      const set = found.imageSetsMetadataSummaries?.[0]?.imageSetId;
      await other.client.send(new DeleteImageSetCommand({ datastoreId: id, imageSetId: set }));
      const left = await other.client.send(new SearchImageSetsCommand({ datastoreId: id }));
      expect(left.imageSetsMetadataSummaries).toEqual([]);
      await expect(
        other.client.send(new GetImageSetMetadataCommand({ datastoreId: id, imageSetId: set })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      expect(await other.client.send(new GetImageSetCommand({ datastoreId: id, imageSetId: set }))).toMatchObject({
        imageSetState: 'DELETED',
      });
      await other.client.send(new DeleteDatastoreCommand({ datastoreId: id }));
      await other.eventWhere((event) => event['detail-type'] === 'Data Store Deleted');
    } finally {
      await other.close();
    }
  });
});

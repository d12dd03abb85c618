import { gunzipSync } from 'node:zlib';
import {
  GetImageFrameCommand,
  GetImageSetCommand,
  GetImageSetMetadataCommand,
  ListImageSetVersionsCommand,
  SearchImageSetsCommand,
} from '@aws-sdk/client-medical-imaging';
import { afterEach, describe, expect, it } from 'vitest';
import { syntaxes } from './part10.ts';
import { startTrial, type Trial } from './trial-emulator.ts';
import { imported, lines, put } from './trial-import.ts';

const trials: Trial[] = [];

async function start(...parameters: Parameters<typeof startTrial>): Promise<Trial> {
  const trial = await startTrial(...parameters);
  trials.push(trial);
  return trial;
}

afterEach(async () => {
  for (const trial of trials.splice(0)) await trial.close();
});

describe('what was imported', () => {
  it('can be found and read, frame by frame and attribute by attribute', async () => {
    const trial = await start();
    const { client } = trial;
    const datastoreId = await trial.createDatastore();
    put(trial, 'batch/1.dcm', {
      '00280008 IS': '2',
      '00091001 LO': 'private',
      '7FE00010 OW': Array.from({ length: 16 }, (_, n) => n),
    });
    await imported(trial, datastoreId, 'batch/');
    const searched = await client.send(
      new SearchImageSetsCommand({
        datastoreId,
        searchCriteria: { filters: [{ operator: 'EQUAL', values: [{ DICOMSeriesInstanceUID: '1.2.3.1' }] }] },
      }),
    );
    expect(searched.imageSetsMetadataSummaries).toMatchObject([
      {
        version: 1,
        isPrimary: true,
        createdAt: new Date('2026-01-02T03:04:05Z'),
        DICOMTags: {
          DICOMPatientId: 'P1',
          DICOMPatientName: 'Test^One',
          DICOMSeriesNumber: 7,
          DICOMNumberOfStudyRelatedInstances: 1,
        },
      },
    ]);
    const imageSetId = searched.imageSetsMetadataSummaries?.[0]?.imageSetId;
    const metadata = await client.send(new GetImageSetMetadataCommand({ datastoreId, imageSetId }));
    expect(metadata.contentEncoding).toBe('gzip');
    const document = JSON.parse(
      gunzipSync((await metadata.imageSetMetadataBlob?.transformToByteArray()) ?? Buffer.alloc(0)).toString(),
    );
    expect(document).toMatchObject({
      SchemaVersion: '1.1',
      DatastoreID: datastoreId,
      ImageSetID: imageSetId,
      Patient: { DICOM: { PatientID: 'P1', PatientName: 'Test^One' } },
      Study: {
        DICOM: { StudyInstanceUID: '1.2.3', StudyDate: '20260102' },
        Series: {
          '1.2.3.1': {
            DICOM: { Modality: 'CT', SeriesNumber: '7 ' },
            Instances: {
              '1.2.3.1.1': {
                DICOM: { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', Rows: 2, '00091001': 'private ' },
                DICOMVRs: { '00091001': 'LO' },
                StoredTransferSyntaxUID: syntaxes.explicit,
              },
            },
          },
        },
      },
    });
    expect(document.Patient.DICOM).not.toHaveProperty('Rows');
    const frames = document.Study.Series['1.2.3.1'].Instances['1.2.3.1.1'].ImageFrames;
    expect(frames).toMatchObject([
      { MinPixelValue: 0, MaxPixelValue: 7, FrameSizeInBytes: 16 },
      { MinPixelValue: 8, MaxPixelValue: 15, FrameSizeInBytes: 16 },
    ]);
    const frame = await client.send(
      new GetImageFrameCommand({ datastoreId, imageSetId, imageFrameInformation: { imageFrameId: frames[1].ID } }),
    );
    expect(frame.contentType).toBe(`application/octet-stream; transfer-syntax=${syntaxes.explicit}`);
    const bytes = Buffer.from((await frame.imageFrameBlob?.transformToByteArray()) ?? []);
    expect([bytes.length, bytes.readUInt16LE(0), bytes.readUInt16LE(14)]).toEqual([16, 8, 15]);
  });

  it('gets a new version with a later job, and keeps the earlier one', async () => {
    const trial = await start();
    const { client } = trial;
    const datastoreId = await trial.createDatastore();
    put(trial, 'first/1.dcm');
    put(trial, 'second/1.dcm', { '00100010 PN': 'Test^Two' });
    put(trial, 'first/2.dcm', { '00080018 UI': '1.2.3.1.2' });
    const before = lines(
      trial.output(datastoreId, await imported(trial, datastoreId, 'first/'), 'SUCCESS/success.ndjson'),
    );
    trial.time.ms += 1000;
    const after = lines(
      trial.output(datastoreId, await imported(trial, datastoreId, 'second/'), 'SUCCESS/success.ndjson'),
    );
    const imageSetId = before[0]?.importResponse.imageSetId;
    expect(after.map(({ importResponse }) => importResponse)).toEqual([{ imageSetId, isPrimary: true }]);
    const { imageSetPropertiesList } = await client.send(new ListImageSetVersionsCommand({ datastoreId, imageSetId }));
    expect(imageSetPropertiesList).toMatchObject([
      { versionId: '2', ImageSetWorkflowStatus: 'UPDATED', imageSetState: 'ACTIVE' },
      { versionId: '1', ImageSetWorkflowStatus: 'CREATED', isPrimary: true },
    ]);
    const names = async (versionId: string): Promise<unknown> => {
      const { imageSetMetadataBlob } = await client.send(
        new GetImageSetMetadataCommand({ datastoreId, imageSetId, versionId }),
      );
      const document = JSON.parse(gunzipSync((await imageSetMetadataBlob?.transformToByteArray()) ?? '').toString());
      return [document.Patient.DICOM.PatientName, Object.keys(document.Study.Series['1.2.3.1'].Instances)];
    };
    expect(await names('1')).toEqual(['Test^One', ['1.2.3.1.1', '1.2.3.1.2']]);
    // The instance imported last gives the attributes of the patient.
    expect(await names('2')).toEqual(['Test^Two', ['1.2.3.1.2', '1.2.3.1.1']]);
    expect(trial.events.at(-2)).toMatchObject({
      'detail-type': 'Image Set Updated',
      detail: { imagesetId: imageSetId, imageSetVersion: '2', isPrimary: true, imageSetWorkflowStatus: 'UPDATED' },
    });
  });

  it('is set apart when it contradicts what is there', async () => {
    const trial = await start();
    const datastoreId = await trial.createDatastore();
    put(trial, 'first/1.dcm');
    put(trial, 'second/2.dcm', { '00080018 UI': '1.2.3.1.2', '00100020 LO': 'P2' });
    await imported(trial, datastoreId, 'first/');
    const jobId = await imported(trial, datastoreId, 'second/');
    const [line] = lines(trial.output(datastoreId, jobId, 'SUCCESS/success.ndjson'));
    expect(line?.importResponse.isPrimary).toBe(false);
    const imageSetId = line?.importResponse.imageSetId;
    expect(await trial.client.send(new GetImageSetCommand({ datastoreId, imageSetId }))).toMatchObject({
      versionId: '1',
      isPrimary: false,
      imageSetState: 'ACTIVE',
      imageSetWorkflowStatus: 'CREATED',
      imageSetArn: `arn:aws:medical-imaging:us-east-1:123456789012:datastore/${datastoreId}/imageset/${imageSetId}`,
    });
    expect(trial.events.find(({ detail }) => detail.imagesetId === imageSetId)?.detail).toMatchObject({
      isPrimary: false,
    });
  });
});

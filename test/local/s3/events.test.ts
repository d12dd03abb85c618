import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectCreatedEvent } from '../../../local/s3/object-created.ts';
import type { S3Server } from '../../../local/s3/start-s3.ts';
import { clientOf, startLocal, temporaryFolder } from './local-server.ts';

const nowMs = Date.UTC(2030, 0, 2, 3, 4, 5, 678);

describe('"Object Created" events', () => {
  const events: ObjectCreatedEvent[] = [];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: S3Server;
  let fails = false;
  const s3 = () => clientOf(server.endpoint, { systemClockOffset: nowMs - Date.now() });
  beforeAll(async () => {
    folder = await temporaryFolder();
    server = await startLocal(folder.path, {
      accountId: '111122223333',
      clock: { nowMs: () => nowMs },
      onEvent: (event) => {
        if (fails) throw new Error('the bus is down');
        events.push(event);
      },
    });
  });
  beforeEach(() => void events.splice(0));
  afterAll(async () => {
    await server.close();
    await folder.remove();
  });

  it('have the shape in which EventBridge delivers them', async () => {
    const { ETag, $metadata } = await s3().send(
      new PutObjectCommand({ Bucket: 'ingest', Key: 'manifests/a b.json', Body: '{}' }),
    );
    expect(events).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '111122223333',
        time: '2030-01-02T03:04:05Z',
        region: 'us-east-1',
        resources: ['arn:aws:s3:::ingest'],
        detail: {
          version: '0',
          bucket: { name: 'ingest' },
          object: {
            key: 'manifests/a b.json',
            size: 2,
            etag: ETag?.replaceAll('"', ''),
            sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
          },
          'request-id': $metadata.requestId,
          requester: '111122223333',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('come from puts, copies and completed uploads, in growing sequence, and from nothing that failed', async () => {
    const client = s3();
    const target = { Bucket: 'ingest', Key: 'big' };
    await client.send(new PutObjectCommand({ Bucket: 'ingest', Key: 'one', Body: 'x' }));
    await client.send(new CopyObjectCommand({ Bucket: 'ingest', Key: 'two', CopySource: 'ingest/one' }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }));
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' }),
    );
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    const refused = new PutObjectCommand({ Bucket: 'ingest', Key: 'one', Body: 'y', IfNoneMatch: '*' });
    await expect(client.send(refused)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(events.map(({ detail }) => detail.reason)).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
    const sequencers = events.map(({ detail }) => detail.object.sequencer);
    expect([...new Set(sequencers)].sort()).toEqual(sequencers);
  });

  it('can be had again, for those who lost them', async () => {
    const client = s3();
    await client.send(new PutObjectCommand({ Bucket: 'ingest', Key: 'again/1', Body: 'x' }));
    await client.send(new PutObjectCommand({ Bucket: 'ingest', Key: 'again/2', Body: 'xy' }));
    const first = events.map(({ detail }) => detail.object);
    events.splice(0);
    expect(await server.redeliver('ingest', 'again/')).toBe(2);
    expect(events.map(({ detail }) => detail.object)).toEqual(first);
  });

  it('are not lost silently: a put whose event nobody took is answered with an error', async () => {
    fails = true;
    const put = s3().send(new PutObjectCommand({ Bucket: 'ingest', Key: 'unheard', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'InternalError', message: expect.stringContaining('bus is down') });
    fails = false;
  });
});

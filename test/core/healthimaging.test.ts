import { describe, expect, it } from 'vitest';
import { configSchema } from '../../core/config-schema.ts';
import { deployment } from '../../core/deployment.ts';
import { importableTransferSyntaxes, importJobLimits, jobOutputUri, parseS3Uri } from '../../core/healthimaging.ts';
import { implementation } from '../../core/implementation.ts';
import { transferSyntaxes } from '../../service/dicom/uids/transfer-syntaxes.ts';

describe('jobOutputUri', () => {
  it.each(['s3://bucket/jobs', 's3://bucket/jobs/'])('is the folder of the job below %s', (base) => {
    expect(jobOutputUri(base, 'store', 'job')).toBe('s3://bucket/jobs/store-DicomImport-job/');
  });

  it.each(['s3://bucket/jobs/store-DicomImport-job', 's3://bucket/jobs/store-DicomImport-job/'])(
    'takes %s as it is',
    (uri) => expect(jobOutputUri(uri, 'store', 'job')).toBe('s3://bucket/jobs/store-DicomImport-job/'),
  );
});

describe('parseS3Uri', () => {
  it.each([
    ['s3://bucket', { bucket: 'bucket', key: '' }],
    ['s3://bucket/', { bucket: 'bucket', key: '' }],
    ['s3://bucket/a/b c', { bucket: 'bucket', key: 'a/b c' }],
    ['https://bucket/a', undefined],
    ['s3:///a', undefined],
    ['', undefined],
  ])('reads %j', (uri, parts) => expect(parseS3Uri(uri)).toEqual(parts));
});

describe('the facts of HealthImaging', () => {
  it('list each transfer syntax once, and only such as this product can read', () => {
    expect(new Set(importableTransferSyntaxes).size).toBe(importableTransferSyntaxes.length);
    for (const uid of importableTransferSyntaxes) expect(transferSyntaxes.has(uid), uid).toBe(true);
  });

  it('leave a default batch within one import job', () => {
    const { batchMaxFiles, batchMaxBytes } = configSchema.parse({});
    expect(batchMaxFiles).toBeLessThanOrEqual(importJobLimits.maxFiles);
    expect(batchMaxBytes).toBeLessThanOrEqual(importJobLimits.maxBytes);
  });
});

describe('the facts of a deployment', () => {
  it('agree with the defaults of the configuration', () => {
    const { port, adminPort, drainTimeoutMs } = configSchema.parse({});
    expect(deployment.ports.dicom.port).toBe(port);
    expect(deployment.ports.admin.port).toBe(adminPort);
    expect(deployment.drain.drainTimeoutMs).toBe(drainTimeoutMs);
  });

  it('leave time between the drain and the kill', () => {
    expect(deployment.drain.drainTimeoutMs).toBeLessThan(deployment.drain.stopTimeoutSeconds * 1_000);
  });
});

describe('the implementation', () => {
  it('has a UID and a version name that a file meta header takes', () => {
    expect(implementation.classUid).toMatch(/^2\.25\.(0|[1-9]\d{0,38})$/);
    expect(implementation.versionName).toMatch(/^[\x21-\x5b\x5d-\x7e]{1,16}$/);
  });
});

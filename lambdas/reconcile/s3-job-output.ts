import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { parseS3Uri } from '../../core/healthimaging.ts';
import type { JobOutput, JobSummary, OutputKind } from './job-output.ts';

const count = z.int().nonnegative().optional().catch(undefined);

const summarySchema = z.object({
  jobSummary: z.object({
    numberOfImportedFiles: count,
    numberOfFilesWithCustomerError: count,
    numberOfFilesWithServerError: count,
  }),
});

const folders: readonly (readonly [string, OutputKind])[] = [
  ['SUCCESS/', 'success'],
  ['FAILURE/', 'failure'],
  ['WARNING/', 'warning'],
];

/**
 * A job's output in S3, read as a stream: memory does not grow with its length.
 * @param uri the job's own folder, as of core's jobOutputUri
 */
export function s3JobOutput(client: S3Client, uri: string): JobOutput {
  const place = parseS3Uri(uri);
  if (place === undefined) throw new Error(`${uri} is no S3 URI`);
  const { bucket, key: folder } = place;

  const open = async (key: string): Promise<Readable> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new Error(`s3://${bucket}/${key} has no readable body`);
    return Body;
  };

  return {
    summary: async () => {
      try {
        const body = await open(`${folder}job-output-manifest.json`);
        return summaryOf(Buffer.concat(await body.toArray()).toString('utf8'));
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async *lines() {
      for (const [name, kind] of folders) {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder + name })) {
          for (const { Key } of page.Contents ?? []) {
            if (Key === undefined || Key.endsWith('/')) continue;
            for await (const text of createInterface({ input: await open(Key), crlfDelay: Number.POSITIVE_INFINITY })) {
              if (text.trim() !== '') yield { kind, text };
            }
          }
        }
      }
    },
  };
}

/** The numbers of a job-output-manifest.json; those that it does not have are undefined. */
function summaryOf(text: string): JobSummary {
  const { jobSummary } = summarySchema.parse(JSON.parse(text));
  const { numberOfFilesWithCustomerError: customer, numberOfFilesWithServerError: server } = jobSummary;
  return {
    imported: jobSummary.numberOfImportedFiles,
    failed: customer === undefined && server === undefined ? undefined : (customer ?? 0) + (server ?? 0),
  };
}

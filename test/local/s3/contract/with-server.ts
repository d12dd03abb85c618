import { GetObjectCommand, type GetObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { S3Connection } from '../s3-contract.ts';

/** What a test works with: filled in before it runs. */
export interface Fixture {
  s3: S3Client;
  bucket: string;
  connection: S3Connection;
}

/** Connects once for the enclosing `describe` and gives every test an empty bucket. */
export function withServer(connect: () => Promise<S3Connection>): Fixture {
  const fixture = {} as Fixture;
  beforeAll(async () => {
    fixture.connection = await connect();
    fixture.s3 = fixture.connection.client();
  });
  beforeEach(async () => {
    fixture.bucket = await fixture.connection.newBucket();
  });
  afterAll(async () => {
    fixture.s3.destroy();
    await fixture.connection.close();
  });
  return fixture;
}

/** An object and all its bytes: a body that nobody reads keeps its connection, and throws when the server goes. */
export async function readObject(s3: S3Client, input: GetObjectCommandInput) {
  const { Body, ...object } = await s3.send(new GetObjectCommand(input));
  return { ...object, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
}

/** What a rejected SDK call looks like. */
export function s3Failure(name: string, httpStatusCode: number) {
  return { name, $metadata: { httpStatusCode } };
}

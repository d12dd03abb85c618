import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { describe, it } from 'vitest';
import { conditionContract } from './contract/conditions.ts';
import { integrityContract } from './contract/integrity.ts';
import { listingContract } from './contract/listing.ts';
import { multipartContract } from './contract/multipart.ts';
import { objectContract } from './contract/objects.ts';
import { presignedContract } from './contract/presigned.ts';

/** A server under test. */
export interface S3Connection {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** A client of the server, configured as its tests need, but for `overrides`. */
  readonly client: (overrides?: S3ClientConfig) => S3Client;
  /** An empty bucket of its own. */
  readonly newBucket: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** What a server may lack. Tests that need it are skipped and say why. */
export type S3Capability =
  | 'checked-tokens'
  | 'composite-checksum'
  | 'composite-required'
  | 'conditional-copy'
  | 'conditional-delete'
  | 'conditional-multipart'
  | 'conditional-write'
  | 'content-md5'
  | 'copy-onto-itself-refused'
  | 'default-crc64nvme'
  | 'expiry'
  | 'full-object-checksum'
  | 'future-refused'
  | 'multipart-size-guard'
  | 'not-implemented'
  | 'odd-keys'
  | 'one-signature'
  | 'part-checksum'
  | 'part-order'
  | 'payload-checksum'
  | 'presigned-checksum'
  | 'signatures'
  | 'small-chunks-refused'
  | 'stored-checksum'
  | 'unknown-key-named';

export type S3Gaps = Readonly<Partial<Record<S3Capability, string>>>;

/** Declares tests that need a capability; skipped, with the reason, where it is a known gap. */
export type Needs = (capability: S3Capability) => (title: string, test: () => Promise<void>) => void;

/**
 * What this project relies on in S3, as tests with the AWS SDK. They run against any server that `connect` reaches:
 * the local one, and others that it is held against.
 */
export function s3Contract(
  name: string,
  connect: () => Promise<S3Connection>,
  { gaps }: { readonly gaps: S3Gaps },
): void {
  const needs: Needs = (capability) => (title, test) => {
    const gap = gaps[capability];
    if (gap === undefined) it(title, test);
    else it.skip(`${title} (gap: ${gap})`, test);
  };
  describe(`S3 contract: ${name}`, () => {
    objectContract(connect, needs);
    integrityContract(connect, needs);
    conditionContract(connect, needs);
    listingContract(connect, needs);
    multipartContract(connect, needs);
    presignedContract(connect, needs);
  });
}

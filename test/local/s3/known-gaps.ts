import type { S3Gaps } from './s3-contract.ts';

/** Seen with moto 5.2.1. */
export const motoGaps: S3Gaps = {
  'checked-tokens': 'takes any continuation token',
  'composite-checksum': 'answers CompleteMultipartUpload without a checksum',
  'composite-required': 'completes without the checksums of the parts',
  'conditional-copy': 'ignores conditions on CopyObject',
  'content-md5': 'does not verify Content-MD5',
  'default-crc64nvme': 'makes no checksum of its own',
  expiry: 'takes requests that have expired',
  'full-object-checksum': 'does not verify checksums of a multipart upload',
  'future-refused': 'does not look at the time of a request',
  'multipart-size-guard': 'ignores x-amz-mp-object-size',
  'not-implemented': 'implements ACLs and tags',
  'one-signature': 'does not verify signatures',
  'part-checksum': 'does not verify checksums of parts',
  'part-order': 'sorts the parts by itself',
  'payload-checksum': 'does not verify checksums',
  'presigned-checksum': 'forgets the checksum that such a request brings',
  signatures: 'does not verify signatures',
  'small-chunks-refused': 'takes chunks of any size',
  'unknown-key-named': 'does not verify signatures',
};

/** Seen with OpenStack Swift 2.35 and its s3api: it cannot hold a batch's seal, which needs conditional writes. */
export const swiftGaps: S3Gaps = {
  'checked-tokens': 'answers a token that it did not give with InternalError',
  'composite-checksum': 'keeps no checksums',
  'composite-required': 'keeps no checksums',
  'conditional-copy': 'implements no conditional copies',
  'conditional-multipart': 'implements no conditional writes (501)',
  'conditional-write': 'implements no conditional writes (501)',
  'copy-onto-itself-refused': 'takes it',
  'default-crc64nvme': 'keeps no checksums',
  'full-object-checksum': 'keeps no checksums',
  'future-refused': 'takes requests whose signature is of the future',
  'multipart-size-guard': 'ignores x-amz-mp-object-size',
  'not-implemented': 'implements ACLs',
  'one-signature': 'looks at one of the two',
  'presigned-checksum': 'keeps no checksums',
  'stored-checksum': 'verifies what comes, keeps no checksums',
  'unknown-key-named': 'answers SignatureDoesNotMatch',
};

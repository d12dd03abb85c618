import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';

/** Where a bucket's objects are put, as the SDK would find it. */
export interface BucketEndpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** What comes before `/key`: the bucket, when it is addressed by path. */
  readonly basePath: string;
  readonly signingRegion: string;
}

/**
 * Resolves the endpoint by the client's own rules: region, path style, dual stack, FIPS, AWS_ENDPOINT_URL_S3 and the
 * shared configuration files.
 * @throws when the bucket asks for another signature than SigV4 (directory buckets, multi-region access points)
 */
export async function bucketEndpoint(client: S3Client, bucket: string): Promise<BucketEndpoint> {
  const input = { Bucket: bucket, Key: 'key' };
  const { url, properties } = await getEndpointFromInstructions(input, PutObjectCommand, { ...client.config });
  const schemes = (properties?.authSchemes ?? []) as readonly {
    readonly name: string;
    readonly signingRegion?: string;
  }[];
  const scheme = schemes.find(({ name }) => name === 'sigv4');
  if (scheme === undefined) throw new Error(`bucket ${bucket} cannot be written with SigV4; set SCP_S3_CLIENT to sdk`);
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    basePath: url.pathname.replace(/\/$/, ''),
    signingRegion: scheme.signingRegion ?? (await client.config.region()),
  };
}

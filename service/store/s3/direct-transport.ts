import type { S3Client } from '@aws-sdk/client-s3';
import { isClockSkewError } from '@smithy/core/retry';
import type { ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import { base64Crc32 } from './base64-crc32.ts';
import type { BodyTransport, Place, UploadedPart } from './body-transport.ts';
import { type BucketEndpoint, bucketEndpoint } from './bucket-endpoint.ts';
import { type HttpAnswer, HttpPutter, type HttpPutterOptions } from './http-put.ts';
import { toS3Metadata } from './object-metadata.ts';
import { RequestSigner } from './request-signer.ts';
import { isSdkError } from './retry.ts';
import { errorIn } from './s3-answer-error.ts';

export interface DirectTransportOptions extends HttpPutterOptions {
  /** Gives endpoint, region, credentials and clock offset. */
  readonly client: S3Client;
  readonly nowMs: () => number;
}

interface Route {
  readonly endpoint: BucketEndpoint;
  readonly signer: RequestSigner;
  readonly putter: HttpPutter;
}

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/**
 * Sends bodies straight from their slabs over connections of its own. The SDK's middleware costs more than all the rest
 * of storing a CT image (docs/performance.md), so these two requests go without it.
 */
export class DirectTransport implements BodyTransport {
  readonly #options: DirectTransportOptions;
  readonly #routes = new Map<string, Promise<Route>>();

  constructor(options: DirectTransportOptions) {
    this.#options = options;
  }

  async putObject(place: Place, metadata: ObjectMetadata, body: SlabBody, signal: AbortSignal): Promise<void> {
    const described = Object.entries(toS3Metadata(metadata)).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    const headers = {
      'content-type': 'application/dicom',
      'if-none-match': '*',
      ...Object.fromEntries(described),
    };
    await this.#put(place, {}, headers, body, signal);
  }

  async uploadPart(
    place: Place,
    uploadId: string,
    number: number,
    body: SlabBody,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const { etag } = await this.#put(place, { partNumber: String(number), uploadId }, {}, body, signal);
    return { number, etag, crc32: base64Crc32(body.crc32) };
  }

  /** Closes the connections that are idle. */
  async close(): Promise<void> {
    for (const route of this.#routes.values()) (await route).putter.close();
  }

  async #put(
    { bucket, key }: Place,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    body: SlabBody,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { endpoint, signer, putter } = await this.#routeTo(bucket);
    const path = `${endpoint.basePath}/${key.split('/').map(encode).join('/')}`;
    const head = {
      path,
      query,
      headers: {
        ...headers,
        'content-length': String(body.bytes),
        'x-amz-checksum-crc32': base64Crc32(body.crc32),
      },
    };
    const target = path + queryString(query);
    const content = body.slabs.map((slab) => slab.content);
    for (let corrected = false; ; corrected = true) {
      const answer = await putter.put({ path: target, headers: await signer.sign(head), body: content, signal });
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = errorIn(answer.status, answer.document);
      const isExpired = EXPIRED.has(error.name);
      if (corrected || !(isExpired || (isSdkError(error) && isClockSkewError(error)))) throw error;
      if (isExpired) await signer.renewCredentials();
      else if (!signer.correctClock(answer.date)) throw error;
    }
  }

  /** Endpoint and connections of a bucket, found once; looked for again when that failed. */
  #routeTo(bucket: string): Promise<Route> {
    const known = this.#routes.get(bucket);
    if (known !== undefined) return known;
    const found = this.#findRoute(bucket);
    this.#routes.set(bucket, found);
    found.catch(() => this.#routes.delete(bucket));
    return found;
  }

  async #findRoute(bucket: string): Promise<Route> {
    const { client, nowMs } = this.#options;
    const endpoint = await bucketEndpoint(client, bucket);
    return {
      endpoint,
      signer: new RequestSigner(client.config, endpoint, nowMs),
      putter: new HttpPutter(endpoint, this.#options),
    };
  }
}

/** RFC 3986 unreserved characters stay, as SigV4 wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function queryString(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

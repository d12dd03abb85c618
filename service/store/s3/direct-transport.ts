import type { ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import { base64Crc32 } from './base64-crc32.ts';
import type { BodyTransport, Place, UploadedPart } from './body-transport.ts';
import type { ConnectionOptions } from './connections.ts';
import type { Attempt, ExpiringRequests, SignedRoute } from './expiring-requests.ts';
import { type HttpAnswer, HttpPutter } from './http-put.ts';
import { toS3Metadata } from './object-metadata.ts';
import { uriEncode } from './query-signature.ts';
import { errorIn } from './s3-answer-error.ts';

export interface DirectTransportOptions extends ConnectionOptions {
  /** Gives endpoint, signatures and the store's clock. */
  readonly requests: ExpiringRequests;
}

interface Route extends SignedRoute {
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

  async putObject(place: Place, metadata: ObjectMetadata, body: SlabBody, attempt: Attempt): Promise<void> {
    const described = Object.entries(toS3Metadata(metadata)).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    const headers = {
      'content-type': 'application/dicom',
      'if-none-match': '*',
      ...Object.fromEntries(described),
    };
    await this.#put(place, {}, headers, body, attempt);
  }

  async uploadPart(
    place: Place,
    uploadId: string,
    number: number,
    body: SlabBody,
    attempt: Attempt,
  ): Promise<UploadedPart> {
    const { etag } = await this.#put(place, { partNumber: String(number), uploadId }, {}, body, attempt);
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
    { signal, untilMs }: Attempt,
  ): Promise<HttpAnswer> {
    const { clock } = this.#options.requests;
    const { endpoint, signer, putter } = await this.#routeTo(bucket);
    const path = `${endpoint.basePath}/${key.split('/').map(uriEncode).join('/')}`;
    const head = {
      path,
      query,
      headers: {
        ...headers,
        'content-length': String(body.bytes),
        'x-amz-checksum-crc32': base64Crc32(body.crc32),
      },
    };
    const content = body.slabs.map((slab) => slab.content);
    for (let corrected = false; ; corrected = true) {
      const signed = await signer.sign(head, untilMs);
      const sentAtMs = clock.monotonicMs();
      const answer = await putter.put({ path: signed.target, headers: signed.headers, body: content, signal });
      const isCorrected = clock.observe(answer.date, sentAtMs);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = errorIn(answer.status, answer.document);
      const isExpired = EXPIRED.has(error.name);
      if (corrected || !(isExpired || (answer.status === 403 && isCorrected))) throw error;
      if (isExpired) await signer.renewCredentials();
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
    const route = await this.#options.requests.route(bucket);
    return { ...route, putter: new HttpPutter(route.endpoint, this.#options) };
  }
}

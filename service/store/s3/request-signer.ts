import type { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import type { BucketEndpoint } from './bucket-endpoint.ts';
import { QuerySignature } from './query-signature.ts';
import type { StoreClock } from './store-clock.ts';

/** What a signature is made of. */
export type SigningConfig = Pick<S3Client['config'], 'credentials'>;

export interface PutHead {
  /** Percent-encoded, with the bucket when it is addressed by path. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SignedHead {
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * For so long a request is good beyond the time that its sender waits: it covers the second to which its date is cut,
 * and what our idea of the store's clock is off.
 */
export const EXPIRY_MARGIN_MS = 5_000;

/** From when its sender gave a request up until S3 certainly takes it no more, by whatever our idea of its clock is off. */
export const LATE_MS = EXPIRY_MARGIN_MS + 3_000;

/** What a signature in the headers consists of. */
const SIGNATURE = /^(authorization|x-amz-content-sha256|x-amz-date|x-amz-security-token)$/i;
/** What may change on the way; the SDK signs them as little. */
const NOT_SIGNED = /^(connection|expect|transfer-encoding|user-agent|x-amzn-trace-id)$/i;

/**
 * Signs requests for one bucket in the query (SigV4), where the signature says how long it is good: S3 refuses what
 * arrives later, whoever held it. The payload is left out of the signature: its CRC-32 is a signed header and S3 checks
 * it, at a third of the cost of a SHA-256.
 */
export class RequestSigner {
  readonly #config: SigningConfig;
  readonly #region: string;
  readonly #host: string;
  readonly #clock: StoreClock;
  readonly #signature = new QuerySignature();

  constructor(config: SigningConfig, { hostname, port, signingRegion }: BucketEndpoint, clock: StoreClock) {
    this.#config = config;
    this.#region = signingRegion;
    this.#host = port === undefined ? hostname : `${hostname}:${port}`;
    this.#clock = clock;
  }

  /** Signs a PUT that its sender waits for until then, by the monotonic clock. */
  async sign({ path, query, headers }: PutHead, untilMs: number): Promise<SignedHead> {
    const sent = { ...headers, host: this.#host };
    return { target: `${path}?${await this.#query('PUT', path, query, sent, untilMs)}`, headers: sent };
  }

  /** A request of the SDK with a signature of ours in place of its own. */
  async signAgain(request: HttpRequest, untilMs: number): Promise<HttpRequest> {
    const { method, path } = request;
    const entries = Object.entries(request.headers).filter(([name]) => !SIGNATURE.test(name));
    const signed = Object.fromEntries(entries.filter(([name]) => !NOT_SIGNED.test(name)));
    const query = await this.#query(method, path, request.query as Record<string, string>, signed, untilMs);
    return new HttpRequest({
      ...request,
      headers: Object.fromEntries(entries),
      query: Object.fromEntries(new URLSearchParams(query)),
    });
  }

  /** Asks for new credentials before the old ones are due. */
  async renewCredentials(): Promise<void> {
    await this.#config.credentials({ forceRefresh: true });
  }

  async #query(
    method: string,
    path: string,
    query: PutHead['query'],
    headers: PutHead['headers'],
    untilMs: number,
  ): Promise<string> {
    const identity = await this.#config.credentials();
    const leftMs = Math.max(0, untilMs - this.#clock.monotonicMs());
    return this.#signature.of({ method, path, query, headers }, identity, {
      region: this.#region,
      atMs: this.#clock.nowMs(),
      expiresInSeconds: Math.ceil((leftMs + EXPIRY_MARGIN_MS) / 1_000),
    });
  }
}

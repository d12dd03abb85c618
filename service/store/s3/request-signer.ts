import type { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { BucketEndpoint } from './bucket-endpoint.ts';

/** What a signature is made of: the client's clock offset is shared, so that one correction serves all calls. */
export type SigningConfig = Pick<S3Client['config'], 'credentials' | 'sha256' | 'systemClockOffset'>;

export interface PutHead {
  /** Percent-encoded, with the bucket when it is addressed by path. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const SKEW_MS = 240_000;

/**
 * Signs PUT requests for one bucket (SigV4). The payload is left out of the signature: its CRC-32 is a signed header
 * and S3 checks it, at a third of the cost of a SHA-256.
 */
export class RequestSigner {
  readonly #config: SigningConfig;
  readonly #endpoint: BucketEndpoint;
  readonly #signer: SignatureV4;
  readonly #nowMs: () => number;

  constructor(config: SigningConfig, endpoint: BucketEndpoint, nowMs: () => number) {
    this.#config = config;
    this.#endpoint = endpoint;
    this.#nowMs = nowMs;
    this.#signer = new SignatureV4({
      service: 's3',
      region: endpoint.signingRegion,
      credentials: config.credentials,
      sha256: config.sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
  }

  /** The headers to send, signature included. */
  async sign({ path, query, headers }: PutHead): Promise<Readonly<Record<string, string>>> {
    const { protocol, hostname, port } = this.#endpoint;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const request = new HttpRequest({
      method: 'PUT',
      protocol,
      hostname,
      path,
      query: { ...query },
      headers: { ...headers, host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
    const signingDate = new Date(this.#nowMs() + this.#config.systemClockOffset);
    const signed = await this.#signer.sign(request, { signingDate });
    return signed.headers;
  }

  /**
   * Takes the server's time as the right one for all that is signed from now on.
   * @returns whether that makes a difference: S3 allows 15 minutes, the SDK corrects from 4 on
   */
  correctClock(serverDate: string | undefined): boolean {
    const offsetMs = Date.parse(serverDate ?? '') - this.#nowMs();
    if (!(Math.abs(offsetMs - this.#config.systemClockOffset) >= SKEW_MS)) return false;
    this.#config.systemClockOffset = offsetMs;
    return true;
  }

  /** Asks for new credentials before the old ones are due. */
  async renewCredentials(): Promise<void> {
    await this.#config.credentials({ forceRefresh: true });
  }
}

import type { CompleteMultipartUploadCommand, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import type { HttpRequest } from '@smithy/core/protocols';
import { type BucketEndpoint, bucketEndpoint } from './bucket-endpoint.ts';
import { RequestSigner } from './request-signer.ts';
import { statusOf } from './s3-fault.ts';
import type { StoreClock } from './store-clock.ts';

/** How long a request is waited for. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** By the monotonic clock; S3 refuses the request soon after it. */
  readonly untilMs: number;
}

/** A bucket's endpoint, and what signs for it. */
export interface SignedRoute {
  readonly endpoint: BucketEndpoint;
  readonly signer: RequestSigner;
}

/** The commands of the SDK that bring an instance. */
export type InstanceCommand = PutObjectCommand | UploadPartCommand | CompleteMultipartUploadCommand;

/**
 * Requests that S3 refuses when they arrive after their sender has given them up. Everything that makes an object of an
 * instance goes so: what comes later might come under a manifest that is written already (docs/decisions/0015).
 */
export class ExpiringRequests {
  readonly clock: StoreClock;
  readonly #client: S3Client;
  readonly #routes = new Map<string, Promise<SignedRoute>>();

  constructor(client: S3Client, clock: StoreClock) {
    this.#client = client;
    this.clock = clock;
  }

  /** Found once for a bucket; looked for again when that failed. */
  route(bucket: string): Promise<SignedRoute> {
    const known = this.#routes.get(bucket);
    if (known !== undefined) return known;
    const found = bucketEndpoint(this.#client, bucket).then((endpoint) => ({
      endpoint,
      signer: new RequestSigner(this.#client.config, endpoint, this.clock),
    }));
    this.#routes.set(bucket, found);
    found.catch(() => this.#routes.delete(bucket));
    return found;
  }

  /** Sends a command of the SDK so. Rejects with the client's errors. */
  async send(newCommand: () => InstanceCommand, bucket: string, { signal, untilMs }: Attempt): Promise<unknown> {
    const { signer } = await this.route(bucket);
    for (let corrected = false; ; corrected = true) {
      // One type for all: the compiler finds no overload for a union, and the middleware looks at the request alone.
      const command = newCommand() as PutObjectCommand;
      let sentAtMs = this.clock.monotonicMs();
      command.middlewareStack.add(
        (next) => async (args) => {
          sentAtMs = this.clock.monotonicMs();
          return next({ ...args, request: await signer.signAgain(args.request as HttpRequest, untilMs) });
        },
        // After the client's own signature, and in every repeat of the client's.
        { step: 'finalizeRequest', priority: 'low', name: 'signWithExpiry' },
      );
      try {
        return await this.#client.send(command, { abortSignal: signal });
      } catch (error) {
        const isCorrected = this.clock.observe(dateOf(error), sentAtMs);
        if (corrected || statusOf(error) !== 403 || !isCorrected) throw error;
      }
    }
  }
}

/** The Date of an answer that the SDK made an error of. */
function dateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return undefined;
  const response = error.$response as { readonly headers?: Readonly<Record<string, string>> } | undefined;
  return response?.headers?.date;
}

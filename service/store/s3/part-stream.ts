import type { Digest, ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import type { Place, UploadedPart } from './body-transport.ts';
import type { Attempt } from './expiring-requests.ts';
import { MultipartUpload } from './multipart-upload.ts';
import { toS3Metadata } from './object-metadata.ts';
import type { UploadOptions } from './upload-options.ts';

/** The parts of one object on their way to S3. The first that fails for good ends them all. */
export class PartStream {
  readonly #options: UploadOptions;
  readonly #place: Place;
  readonly #begun: Promise<MultipartUpload>;
  readonly #ended = new AbortController();
  readonly #uploaded: UploadedPart[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #sent = 0;
  #failure: unknown;

  constructor(options: UploadOptions, place: Place, metadata: ObjectMetadata) {
    this.#options = options;
    this.#place = place;
    const { client, retry, deadlineMs } = options;
    // Not ended with the rest: an upload that S3 has begun must be known to be aborted.
    this.#begun = retry.run(retry.deadline(deadlineMs), (signal) =>
      MultipartUpload.begin(client, place, toS3Metadata(metadata), signal),
    );
    // Every part awaits it, and meets its failure.
    this.#begun.catch(() => undefined);
  }

  /** What ended the stream, or undefined. */
  get failure(): unknown {
    return this.#failure;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Resolves when a part that is in flight no longer is. */
  async partSettled(): Promise<void> {
    await Promise.race(this.#inFlight);
  }

  /** Sends the next part; `settled` is called when its body is no longer read. */
  send(body: SlabBody, settled: () => void): void {
    this.#sent += 1;
    const part = this.#upload(this.#sent, body)
      .then((uploaded) => {
        this.#uploaded.push(uploaded);
      })
      .catch((error) => this.#end(error))
      .finally(() => {
        this.#inFlight.delete(part);
        settled();
      });
    this.#inFlight.add(part);
  }

  /** Resolves when every part that was sent is stored; rejects with what ended the stream. */
  async allUploaded(): Promise<void> {
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Makes the parts an object unless the key exists, by one request. */
  async complete(digest: Digest, attempt: Attempt): Promise<void> {
    const parts = this.#uploaded.toSorted((a, b) => a.number - b.number);
    const upload = await this.#begun;
    const newCommand = () => upload.completion(parts, digest, { IfNoneMatch: '*' });
    await this.#options.requests.send(newCommand, this.#place.bucket, attempt);
  }

  /** Stops what is in flight and has S3 forget the parts. Never rejects. */
  async abort(signal: AbortSignal): Promise<void> {
    this.#end(new Error('the upload was given up'));
    await Promise.all(this.#inFlight);
    const upload = await Promise.race([this.#begun, aborted(signal)]).catch(() => undefined);
    await upload?.abort(signal);
  }

  async #upload(number: number, body: SlabBody): Promise<UploadedPart> {
    const { uploadId } = await Promise.race([this.#begun, aborted(this.#ended.signal)]);
    const { transport, retry, deadlineMs } = this.#options;
    const deadline = { ...retry.deadline(deadlineMs), signal: this.#ended.signal };
    const { untilMs } = deadline;
    return retry.run(deadline, (signal) =>
      transport.uploadPart(this.#place, uploadId, number, body, { signal, untilMs }),
    );
  }

  #end(error: unknown): void {
    this.#failure ??= error;
    this.#ended.abort(this.#failure);
  }
}

/** Rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

import { type CompletedPart, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Digest, ObjectMetadata, ObjectWriter } from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import { base64Of, type MultipartSizes, MultipartUpload, placeOf, type S3Target, within } from './multipart-upload.ts';
import { toS3Metadata } from './object-metadata.ts';
import { s3Fault } from './s3-fault.ts';

const PARTS_IN_FLIGHT = 2;

/**
 * An object of unknown length on its way to S3: one PutObject while it is small, parts uploaded as they fill when it is
 * large. S3 confirms a CRC-32 of the whole object in both cases.
 */
export class S3Writer implements ObjectWriter {
  readonly #target: S3Target;
  readonly #metadata: Record<string, string>;
  readonly #sizes: MultipartSizes;
  readonly #digest = new RunningDigest();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #upload: Promise<MultipartUpload> | undefined;
  readonly #parts: Promise<CompletedPart>[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  #partFailed = false;
  #commitBegun = false;

  constructor(target: S3Target, metadata: ObjectMetadata, sizes: MultipartSizes) {
    this.#target = target;
    this.#metadata = toS3Metadata(metadata);
    this.#sizes = sizes;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const { singlePutBytes, partBytes } = this.#sizes;
    this.#digest.update(bytes);
    // `commit` will tell; nothing more need be sent.
    if (this.#partFailed) return undefined;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#upload === undefined && this.#waitingBytes <= singlePutBytes) return undefined;
    while (this.#waitingBytes >= partBytes) this.#sendPart(this.#take(partBytes));
    return this.#inFlight.size < PARTS_IN_FLIGHT ? undefined : this.#hold();
  }

  digest(): Digest {
    return this.#digest.get();
  }

  async commit(): Promise<void> {
    this.#commitBegun = true;
    try {
      if (this.#upload === undefined) await this.#putWhole();
      else await this.#complete(await this.#upload);
    } catch (error) {
      throw s3Fault(error);
    }
  }

  async discard(): Promise<void> {
    this.#waiting = [];
    const upload = await this.#upload?.catch(() => undefined);
    await Promise.allSettled(this.#parts);
    await upload?.abort();
    if (!this.#commitBegun) return;
    // A commit whose answer was lost may have made the object.
    await this.#target.client
      .send(new DeleteObjectCommand(placeOf(this.#target)), within(this.#target))
      .catch(() => undefined);
  }

  /** Holds the sender while enough parts are under way. */
  async #hold(): Promise<void> {
    while (this.#inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(this.#inFlight);
  }

  async #putWhole(): Promise<void> {
    await this.#target.client.send(
      new PutObjectCommand({
        ...placeOf(this.#target),
        Body: this.#take(this.#waitingBytes),
        ContentType: 'application/dicom',
        Metadata: this.#metadata,
        ChecksumCRC32: base64Of(this.#digest.get()),
      }),
      within(this.#target),
    );
  }

  #sendPart(body: Uint8Array): void {
    this.#upload ??= MultipartUpload.begin(this.#target, this.#metadata);
    const number = this.#parts.length + 1;
    const part = this.#upload.then((upload) => upload.uploadPart(number, body));
    this.#parts.push(part);
    const done = part
      .then(
        () => undefined,
        () => {
          this.#partFailed = true;
          this.#waiting = [];
          this.#waitingBytes = 0;
        },
      )
      .finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
  }

  async #complete(upload: MultipartUpload): Promise<void> {
    if (this.#waitingBytes > 0) this.#sendPart(this.#take(this.#waitingBytes));
    await upload.complete(await Promise.all(this.#parts), this.#digest.get());
  }

  /** Takes the oldest `bytes` of what waits, as one array. */
  #take(bytes: number): Uint8Array {
    const taken = new Uint8Array(bytes);
    let offset = 0;
    while (offset < bytes) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      const used = Math.min(next.length, bytes - offset);
      taken.set(next.subarray(0, used), offset);
      offset += used;
      if (used < next.length) this.#waiting.unshift(next.subarray(used));
    }
    this.#waitingBytes -= offset;
    return taken;
  }
}

import type { Digest, ObjectMetadata, ObjectWriter } from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import { Filling } from '../slabs/filling.ts';
import type { SlabAccount } from '../slabs/slab-account.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import type { Place } from './body-transport.ts';
import type { Attempt } from './expiring-requests.ts';
import { PartStream } from './part-stream.ts';
import { LATE_MS } from './request-signer.ts';
import type { Deadline } from './retry.ts';
import { s3Fault, sendingsOf, statusOf } from './s3-fault.ts';
import { storedAlready } from './stored-already.ts';
import type { UploadOptions } from './upload-options.ts';

/** For taking back parts: the modality waits for its refusal meanwhile. */
const CLEANUP_MS = 2_000;

/**
 * An object of unknown length on its way to S3: one PutObject while it is small, parts uploaded as they fill when it is
 * large. S3 confirms a CRC-32 of the whole in both cases. In memory are at most the bytes of a single put, or the parts
 * in flight and one that fills; less while the pool is short.
 */
export class S3Writer implements ObjectWriter {
  readonly #options: UploadOptions;
  readonly #place: Place;
  readonly #metadata: ObjectMetadata;
  readonly #account: SlabAccount;
  readonly #filling: Filling;
  /** Of all bytes that have left `#filling`. */
  readonly #gone = new RunningDigest();
  #parts: PartStream | undefined;
  #writing: Promise<void> | undefined;
  /** Nothing more is kept: what still comes is only counted. */
  #isGivenUp = false;
  #outcome: 'none' | 'stored' | 'unsure' = 'none';
  #deadline: Deadline | undefined;

  constructor(options: UploadOptions, place: Place, metadata: ObjectMetadata) {
    this.#options = options;
    this.#place = place;
    this.#metadata = metadata;
    this.#account = options.pool.open();
    this.#filling = new Filling(this.#account);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#writing !== undefined) return this.#writeLater(bytes);
    const taken = this.#take(bytes);
    return taken === bytes.length ? undefined : this.#writeLater(bytes.subarray(taken));
  }

  digest(): Digest {
    const digest = new RunningDigest(this.#gone);
    const { bytes, crc32 } = this.#filling.body;
    digest.append(bytes, crc32);
    return digest.get();
  }

  async commit(): Promise<void> {
    const { client, retry, deadlineMs } = this.#options;
    await this.#writing;
    this.#account.close();
    const digest = this.digest();
    const deadline = retry.deadline(deadlineMs);
    this.#deadline = deadline;
    try {
      const request = this.#parts === undefined ? this.#wholePut() : await this.#completion(this.#parts, digest);
      try {
        await retry.run(deadline, (signal) => this.#attempt(request, { signal, untilMs: deadline.untilMs }));
      } catch (error) {
        if (!isDoneBefore(error)) throw error;
        const isStored = await retry.run(deadline, (signal) => storedAlready(client, this.#place, digest, signal));
        if (!isStored) throw error;
      }
      this.#outcome = 'stored';
    } catch (error) {
      throw s3Fault(error);
    } finally {
      this.#giveUp();
    }
  }

  mayAppearForMs(): number | undefined {
    if (this.#outcome === 'none') return undefined;
    if (this.#outcome === 'stored' || this.#deadline === undefined) return 0;
    return Math.max(0, this.#options.retry.leftMs(this.#deadline) + LATE_MS);
  }

  async discard(): Promise<void> {
    this.#giveUp();
    await this.#writing;
    await this.#parts?.abort(AbortSignal.timeout(CLEANUP_MS));
  }

  /** Copies as much as there is room for now. @returns how many bytes that was */
  #take(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && !this.#isGivenUp) {
      const copied = this.#filling.fill(bytes.subarray(taken));
      if (copied === 0 && !this.#grow()) break;
      taken += copied;
    }
    if (!this.#isGivenUp) return taken;
    this.#gone.update(bytes.subarray(taken));
    return bytes.length;
  }

  async #writeLater(bytes: Uint8Array): Promise<void> {
    const writing = this.#takeAll(bytes, this.#writing);
    this.#writing = writing;
    await writing;
    if (this.#writing === writing) this.#writing = undefined;
  }

  async #takeAll(bytes: Uint8Array, before: Promise<void> | undefined): Promise<void> {
    await before;
    for (let rest = bytes.subarray(this.#take(bytes)); rest.length > 0; rest = rest.subarray(this.#take(rest))) {
      await this.#room();
    }
  }

  /** Makes room by a slab, sending parts first that are due. @returns false when there is something to wait for */
  #grow(): boolean {
    while (this.#filling.bytes >= this.#dueBytes() && this.#maySend()) this.#sendNext();
    if (this.#filling.bytes >= this.#dueBytes()) return false;
    if (this.#filling.grow()) return true;
    if (!this.#isPart() || !this.#maySend()) return false;
    this.#sendNext();
    return this.#filling.grow();
  }

  /** Resolves when another try to grow is worth it. */
  async #room(): Promise<void> {
    if (this.#isPart() && this.#parts !== undefined && !this.#maySend()) await this.#parts.partSettled();
    else await this.#account.more();
  }

  /** From so many bytes on they are sent rather than kept. */
  #dueBytes(): number {
    const { pool, sizes } = this.#options;
    if (pool.isPressed) return sizes.minPartBytes;
    return this.#parts === undefined ? sizes.singlePutBytes : sizes.partBytes;
  }

  #isPart(): boolean {
    return this.#filling.bytes >= this.#options.sizes.minPartBytes;
  }

  #maySend(): boolean {
    return this.#parts === undefined || this.#parts.inFlight < this.#options.sizes.partsInFlight;
  }

  #sendNext(): void {
    this.#parts ??= new PartStream(this.#options, this.#place, this.#metadata);
    this.#sendPart(this.#parts, Math.min(this.#filling.bytes, this.#options.sizes.partBytes));
  }

  #sendPart(parts: PartStream, bytes: number): void {
    const body = this.#leave(bytes);
    parts.send(body, () => {
      this.#account.giveBack(body.slabs);
      if (parts.failure !== undefined) this.#giveUp();
    });
  }

  /** An attempt that may have been carried out, or may be yet, is not undone by what the next one comes to. */
  async #attempt(request: Request, attempt: Attempt): Promise<void> {
    try {
      await request(attempt);
    } catch (error) {
      if (!isRefused(error)) this.#outcome = 'unsure';
      throw error;
    }
  }

  #wholePut(): Request {
    const { body } = this.#filling;
    return (attempt) => this.#options.transport.putObject(this.#place, this.#metadata, body, attempt);
  }

  async #completion(parts: PartStream, digest: Digest): Promise<Request> {
    if (this.#filling.bytes > 0) this.#sendPart(parts, this.#filling.bytes);
    await parts.allUploaded();
    return (attempt) => parts.complete(digest, attempt);
  }

  /** Takes the first bytes out of the buffer. */
  #leave(bytes: number): SlabBody {
    const body = this.#filling.shift(bytes);
    this.#gone.append(body.bytes, body.crc32);
    return body;
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#account.giveBack(this.#leave(this.#filling.bytes).slabs);
    this.#account.close();
  }
}

/** Makes the object, if S3 takes it. */
type Request = (attempt: Attempt) => Promise<void>;

/** Whether S3 has said no, to a request that was sent once. */
function isRefused(error: unknown): boolean {
  return (statusOf(error) ?? 500) < 500 && sendingsOf(error) === 1 && !isDoneBefore(error);
}

/** What S3 says to a repeat of a request that it has carried out. */
function isDoneBefore(error: unknown): boolean {
  return statusOf(error) === 412 || (error instanceof Error && error.name === 'NoSuchUpload');
}

import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Digest, ObjectMetadata, ObjectWriter } from '../../../core/object-store.ts';
import { RunningDigest } from '../running-digest.ts';
import { toS3Metadata } from './object-metadata.ts';
import { s3Fault } from './s3-fault.ts';

/** Up to here one PutObject; beyond, the two extra round trips of a multipart upload are worth their price. */
const SINGLE_PUT_BYTES = 16 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 2;

export interface S3Target {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Bounds each request, retries of the client included. */
  readonly deadlineMs: number;
}

/**
 * An object of unknown length on its way to S3: one PutObject while it is small, parts uploaded as they fill when it is
 * large. S3 confirms a CRC-32 of the whole object in both cases.
 */
export class S3Writer implements ObjectWriter {
  readonly #target: S3Target;
  readonly #metadata: ObjectMetadata;
  readonly #digest = new RunningDigest();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #upload: Promise<string> | undefined;
  readonly #parts: Promise<CompletedPart>[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();

  constructor(target: S3Target, metadata: ObjectMetadata) {
    this.#target = target;
    this.#metadata = metadata;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#digest.update(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#upload === undefined && this.#waitingBytes <= SINGLE_PUT_BYTES) return undefined;
    while (this.#waitingBytes >= PART_BYTES) this.#sendPart(this.#take(PART_BYTES));
    return this.#inFlight.size < PARTS_IN_FLIGHT ? undefined : this.#hold();
  }

  digest(): Digest {
    return this.#digest.get();
  }

  async commit(): Promise<void> {
    try {
      if (this.#upload === undefined) await this.#putWhole();
      else await this.#complete(await this.#upload);
    } catch (error) {
      throw s3Fault(error);
    }
  }

  async discard(): Promise<void> {
    this.#waiting = [];
    const uploadId = await this.#upload?.catch(() => undefined);
    if (uploadId === undefined) return;
    await Promise.allSettled(this.#parts);
    // What this leaves behind, the bucket's lifecycle rule for incomplete uploads removes.
    await this.#target.client
      .send(new AbortMultipartUploadCommand({ ...this.#place(), UploadId: uploadId }), this.#options())
      .catch(() => undefined);
  }

  /** Holds the sender while enough parts are under way. A part that failed is met again in `commit`. */
  async #hold(): Promise<void> {
    while (this.#inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(this.#inFlight);
  }

  async #putWhole(): Promise<void> {
    const body = this.#take(this.#waitingBytes);
    await this.#target.client.send(
      new PutObjectCommand({
        ...this.#place(),
        Body: body,
        ContentType: 'application/dicom',
        Metadata: toS3Metadata(this.#metadata),
        ChecksumCRC32: this.#crc32(),
      }),
      this.#options(),
    );
  }

  #sendPart(body: Uint8Array): void {
    this.#upload ??= this.#createUpload();
    const number = this.#parts.length + 1;
    const part = this.#upload.then((uploadId) => this.#uploadPart(uploadId, number, body));
    this.#parts.push(part);
    const done = part.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.add(done);
    done.then(() => this.#inFlight.delete(done));
  }

  async #createUpload(): Promise<string> {
    const { UploadId } = await this.#target.client.send(
      new CreateMultipartUploadCommand({
        ...this.#place(),
        ContentType: 'application/dicom',
        Metadata: toS3Metadata(this.#metadata),
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      }),
      this.#options(),
    );
    if (UploadId === undefined) throw new Error('S3 began a multipart upload without an id');
    return UploadId;
  }

  async #uploadPart(uploadId: string, number: number, body: Uint8Array): Promise<CompletedPart> {
    const { ETag, ChecksumCRC32 } = await this.#target.client.send(
      new UploadPartCommand({
        ...this.#place(),
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ChecksumAlgorithm: 'CRC32',
      }),
      this.#options(),
    );
    return { PartNumber: number, ETag, ChecksumCRC32 };
  }

  async #complete(uploadId: string): Promise<void> {
    if (this.#waitingBytes > 0) this.#sendPart(this.#take(this.#waitingBytes));
    await this.#target.client.send(
      new CompleteMultipartUploadCommand({
        ...this.#place(),
        UploadId: uploadId,
        MultipartUpload: { Parts: await Promise.all(this.#parts) },
        ChecksumCRC32: this.#crc32(),
        ChecksumType: 'FULL_OBJECT',
        MpuObjectSize: this.#digest.get().bytes,
      }),
      this.#options(),
    );
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

  #crc32(): string {
    return Buffer.from(this.#digest.get().crc32, 'hex').toString('base64');
  }

  #place(): { Bucket: string; Key: string } {
    return { Bucket: this.#target.bucket, Key: this.#target.key };
  }

  #options(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#target.deadlineMs) };
  }
}

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  type ObjectInfo,
  type ObjectMetadata,
  type ObjectStore,
  type ObjectSummary,
  type ObjectWriter,
  StoreFault,
} from '../../../core/object-store.ts';
import { systemClock, systemSchedule } from '../../../core/system-clock.ts';
import { SlabPool } from '../slabs/slab-pool.ts';
import type { BodyTransport, Place } from './body-transport.ts';
import { ExpiringRequests } from './expiring-requests.ts';
import { targetOf } from './multipart-upload.ts';
import { fromS3Metadata } from './object-metadata.ts';
import { Retry } from './retry.ts';
import { copyWithinS3 } from './s3-copy.ts';
import { s3Fault, statusOf } from './s3-fault.ts';
import { S3Writer } from './s3-writer.ts';
import { SdkTransport } from './sdk-transport.ts';
import { StoreClock } from './store-clock.ts';
import { type MultipartSizes, multipartSizes, type UploadOptions } from './upload-options.ts';

export interface S3StoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Put before every key; empty or ending in a slash. */
  readonly keyPrefix: string;
  readonly deadlineMs: number;
  /** Used only when an answer carries no Date header. */
  readonly nowMs: () => number;
  /** What brings instances; the SDK unless told otherwise. */
  readonly transport?: BodyTransport;
  /** Signs requests that S3 refuses when they are late. */
  readonly requests?: ExpiringRequests;
  /** Repeats that, and the requests around it. */
  readonly retry?: Retry;
  /** Memory of instances on their way. */
  readonly pool?: SlabPool;
  readonly multipart?: Partial<MultipartSizes>;
}

const DEFAULT_BUDGET_BYTES = 256 * 1024 * 1024;

/** Keeps objects in an S3 bucket. */
export class S3Store implements ObjectStore {
  readonly #options: S3StoreOptions;
  readonly #upload: UploadOptions;

  constructor(options: S3StoreOptions) {
    this.#options = options;
    const { client, deadlineMs } = options;
    const sizes = { ...multipartSizes, ...options.multipart };
    const requests = options.requests ?? new ExpiringRequests(client, new StoreClock(systemClock));
    this.#upload = {
      client,
      deadlineMs,
      sizes,
      transport: options.transport ?? new SdkTransport(requests),
      requests,
      retry: options.retry ?? new Retry({ clock: systemClock, schedule: systemSchedule, random: Math.random }),
      pool: options.pool ?? new SlabPool({ budgetBytes: DEFAULT_BUDGET_BYTES, progressBytes: sizes.minPartBytes }),
    };
  }

  create(key: string, metadata: ObjectMetadata): ObjectWriter {
    return new S3Writer(this.#upload, this.#at(key), metadata);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#request((signal) =>
      this.#options.client.send(new PutObjectCommand({ ...this.#place(key), ...jsonBody(bytes) }), signal),
    );
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const command = new PutObjectCommand({ ...this.#place(key), ...jsonBody(bytes), IfNoneMatch: '*' });
    const created = await this.#request(
      async (signal) => {
        // While another conditional write of the key is under way, S3 answers neither yes nor no (409).
        for (;;) {
          const answer = await this.#options.client.send(command, signal).catch((error) => {
            if (statusOf(error) !== 409) throw error;
            return undefined;
          });
          if (answer !== undefined) return answer;
        }
      },
      [412],
    );
    return created === undefined ? 'exists' : 'created';
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#request(
      async (signal) => {
        const { Body } = await this.#options.client.send(new GetObjectCommand(this.#place(key)), signal);
        return Body?.transformToByteArray();
      },
      [404],
    );
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const { client, nowMs } = this.#options;
    let storeNowMs = nowMs();
    const command = new HeadObjectCommand({ ...this.#place(key), ChecksumMode: 'ENABLED' });
    command.middlewareStack.add(
      (next) => async (args) => {
        const output = await next(args);
        const { headers } = output.response as { readonly headers?: Readonly<Record<string, string>> };
        const date = Date.parse(headers?.date ?? '');
        if (!Number.isNaN(date)) storeNowMs = date;
        return output;
      },
      { step: 'deserialize', name: 'readStoreClock' },
    );
    const head = await this.#request((signal) => client.send(command, signal), [404]);
    if (head === undefined) return undefined;
    return {
      key,
      bytes: head.ContentLength ?? 0,
      modifiedAtMs: head.LastModified?.getTime() ?? storeNowMs,
      storeNowMs,
      crc32: Buffer.from(head.ChecksumCRC32 ?? '', 'base64').toString('hex'),
      metadata: fromS3Metadata(head.Metadata ?? {}),
    };
  }

  async *list(prefix: string): AsyncIterable<ObjectSummary> {
    const { client, bucket, keyPrefix } = this.#options;
    try {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: keyPrefix + prefix })) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key === undefined) continue;
          yield { key: Key.slice(keyPrefix.length), bytes: Size ?? 0, modifiedAtMs: LastModified?.getTime() ?? 0 };
        }
      }
    } catch (error) {
      throw s3Fault(error);
    }
  }

  async copy(fromKey: string, toKey: string): Promise<void> {
    const info = await this.head(fromKey);
    if (info === undefined) throw new StoreFault('STORE_UNAVAILABLE', 'nothing to copy', { retryable: false });
    const { client, deadlineMs } = this.#options;
    const options = { client, deadlineMs, partBytes: this.#upload.sizes.copyPartBytes };
    try {
      await copyWithinS3(options, this.#at(fromKey), this.#at(toKey), info);
    } catch (error) {
      throw s3Fault(error);
    }
  }

  async delete(key: string): Promise<void> {
    await this.#request((signal) => this.#options.client.send(new DeleteObjectCommand(this.#place(key)), signal));
  }

  async check(): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: this.#options.bucket });
    await this.#request((signal) => this.#options.client.send(command, signal));
  }

  /** Sends within the deadline; `undefined` for the statuses that are an answer, a StoreFault for all other failures. */
  async #request<T>(
    send: (options: { abortSignal: AbortSignal }) => Promise<T>,
    answers: readonly number[] = [],
  ): Promise<T | undefined> {
    try {
      return await send({ abortSignal: AbortSignal.timeout(this.#options.deadlineMs) });
    } catch (error) {
      if (answers.includes(statusOf(error) ?? 0)) return undefined;
      throw s3Fault(error);
    }
  }

  #at(key: string): Place {
    return { bucket: this.#options.bucket, key: this.#options.keyPrefix + key };
  }

  #place(key: string): { Bucket: string; Key: string } {
    return targetOf(this.#at(key));
  }
}

const jsonBody = (bytes: Uint8Array) => ({ Body: bytes, ContentType: 'application/json' });

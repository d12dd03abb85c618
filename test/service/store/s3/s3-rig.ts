import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { Fault, FaultSubject } from '../../../../local/s3/fault.ts';
import type { OperationName } from '../../../../local/s3/operation.ts';
import type { S3StoreOptions } from '../../../../service/store/s3/s3-store.ts';
import { type S3UnderTest, startS3UnderTest } from '../../../support/s3-under-test.ts';
import { sampleMetadata } from '../../../support/sample-metadata.ts';

export const MIB = 1024 * 1024;
/** The least that S3 takes as a part. */
export const PART_BYTES = 5 * MIB;
export const multipart = { singlePutBytes: PART_BYTES, partBytes: PART_BYTES };
export const metadata = sampleMetadata(1);

/** Of a prime length, so that no two parts are alike. */
const block = Buffer.from(Array.from({ length: 65_521 }, (_, at) => at * 31 + (at >> 7)));
export const pattern = (bytes: number): Uint8Array => Uint8Array.from(Buffer.alloc(bytes, block));

/** Our S3 server, whose requests are noted and go wrong as a test wants it. */
export class S3Rig {
  readonly s3: S3UnderTest;
  #requests: FaultSubject[] = [];
  #keys = 0;

  private constructor(s3: S3UnderTest) {
    this.s3 = s3;
  }

  static async start(): Promise<S3Rig> {
    return new S3Rig(await startS3UnderTest());
  }

  /** Notes from now on what is asked of S3, and lets `fault` happen to the first `attempts` of the operation. */
  disturb(operation?: OperationName, fault?: Fault, attempts = Number.POSITIVE_INFINITY): void {
    const requests: FaultSubject[] = [];
    this.#requests = requests;
    this.s3.disturb((subject) => {
      requests.push(subject);
      const alike = requests.filter((one) => one.operation === operation);
      return subject.operation === operation && alike.length <= attempts ? fault : undefined;
    });
  }

  operations(): readonly OperationName[] {
    return this.#requests.map(({ operation }) => operation);
  }

  newKey(): string {
    this.#keys += 1;
    return `batches/key-${this.#keys}`;
  }

  /** How many multipart uploads of a key were begun and neither completed nor aborted. */
  async unfinishedUploads(key: string): Promise<number> {
    const { Uploads } = await this.s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket', Prefix: key }));
    return Uploads?.length ?? 0;
  }

  /** Writes an object in pieces that fit no part, and begins to commit it. */
  async store(key: string, bytes: Uint8Array, options: Partial<S3StoreOptions> = {}) {
    const writer = this.s3.storeWith({ multipart, ...options }).create(key, metadata);
    for (let offset = 0; offset < bytes.length; offset += 700_001) {
      await writer.write(Uint8Array.from(bytes.subarray(offset, offset + 700_001)));
    }
    return { writer, committed: writer.commit() };
  }
}

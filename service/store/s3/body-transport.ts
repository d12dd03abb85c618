import type { ObjectMetadata } from '../../../core/object-store.ts';
import type { SlabBody } from '../slabs/slab-body.ts';
import type { Attempt } from './expiring-requests.ts';

/** Where an object is in S3. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** A part as CompleteMultipartUpload wants to hear of it. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
}

/**
 * The requests that carry instances, each sent once: whoever calls them decides what is sent again. S3 checks the
 * CRC-32 of the body in both, and refuses what comes after its sender has given it up. What goes wrong is an error with
 * the `name` of S3's code and the HTTP status in `$metadata`, as the SDK's are, or an error of the connection.
 */
export interface BodyTransport {
  /** PutObject, unless the key exists: then the error is PreconditionFailed. */
  readonly putObject: (place: Place, metadata: ObjectMetadata, body: SlabBody, attempt: Attempt) => Promise<void>;
  readonly uploadPart: (
    place: Place,
    uploadId: string,
    number: number,
    body: SlabBody,
    attempt: Attempt,
  ) => Promise<UploadedPart>;
}

import { StoreFault } from '../../../core/object-store.ts';

/** An error of the S3 client as the fault that it means for the modality. */
export function s3Fault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const status = statusOf(error);
  const message = `S3 failed: ${name}${status === undefined ? '' : ` (${status})`}`;
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new StoreFault('STORE_TIMEOUT', message, { retryable: true, cause: error });
  }
  if (name === 'BadDigest' || name === 'XAmzContentChecksumMismatch' || name === 'XAmzContentSHA256Mismatch') {
    return new StoreFault('STORE_CORRUPT', message, { retryable: true, cause: error });
  }
  if (status === 401 || status === 403) {
    return new StoreFault('STORE_DENIED', message, { retryable: false, cause: error });
  }
  return new StoreFault('STORE_UNAVAILABLE', message, { retryable: true, cause: error });
}

/** The HTTP status that an error of the S3 client carries. */
export const statusOf = (error: unknown): number | undefined => metadataOf(error).httpStatusCode;

/** How often the S3 client has sent the request that this error came of: it repeats some by itself. */
export const sendingsOf = (error: unknown): number => metadataOf(error).attempts ?? 1;

interface ErrorMetadata {
  readonly httpStatusCode?: number;
  readonly attempts?: number;
}

function metadataOf(error: unknown): ErrorMetadata {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return {};
  return error.$metadata as ErrorMetadata;
}

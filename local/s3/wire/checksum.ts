import { createHash } from 'node:crypto';
import { startCrc32, startCrc32c, startCrc64Nvme } from './crc.ts';

/** The checksum algorithms this server verifies and stores. */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** FULL_OBJECT: over the bytes of the object. COMPOSITE: over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** `value` is base64, followed by `-<parts>` when composite. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

export interface RunningChecksum {
  readonly update: (bytes: Uint8Array) => void;
  /** Base64 of what was taken. To be called once. */
  readonly digest: () => string;
}

const digestBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** Starts a checksum over bytes to come. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  const running = startDigest(algorithm);
  return {
    update: (bytes) => void running.update(bytes),
    digest: () => running.digest().toString('base64'),
  };
}

/** S3's checksum of checksums of a multipart upload: `base64-<parts>`. `parts` are base64. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const running = startChecksum(algorithm);
  for (const part of parts) running.update(Buffer.from(part, 'base64'));
  return `${running.digest()}-${parts.length}`;
}

/** True when `value` is base64 of as many bytes as the algorithm gives. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === digestBytes[algorithm] && bytes.toString('base64') === value;
}

/** The header that carries a checksum of this algorithm. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The algorithm of a name as it stands in a header value, in any case. */
export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
}

function startDigest(algorithm: ChecksumAlgorithm) {
  switch (algorithm) {
    case 'CRC32':
      return startCrc32();
    case 'CRC32C':
      return startCrc32c();
    case 'CRC64NVME':
      return startCrc64Nvme();
    case 'SHA1':
      return createHash('sha1');
    case 'SHA256':
      return createHash('sha256');
    default:
      return algorithm satisfies never;
  }
}

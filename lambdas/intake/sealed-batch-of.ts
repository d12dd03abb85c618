import { batchIdOf, manifestKey } from '../../core/object-keys.ts';
import type { SealedBatch } from '../sealed-batch.ts';

/** The batch that the creation of an object seals, or undefined when the object is no manifest. */
export function sealedBatchOf(bucket: string, key: string): SealedBatch | undefined {
  const batchId = batchIdOf(key);
  if (batchId === undefined || key !== manifestKey(batchId)) return undefined;
  return { batchId, bucket, manifestKey: key };
}

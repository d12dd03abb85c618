import type { InstanceRecord, Part } from '../../core/ledger.ts';
import type { ManifestInstance } from '../../core/manifest.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { OpenInstance } from '../../core/parts.ts';
import type { Ledger } from './ledger.ts';

/** An instance without an outcome, by its place in the manifest and its key. */
export interface OpenKey extends OpenInstance {
  readonly key: string;
}

/** The instances of a part that have no outcome yet, in the order of the manifest. */
export async function openKeys(
  ledger: Pick<Ledger, 'instancesOf'>,
  batchId: BatchId,
  instances: readonly ManifestInstance[],
  part: Part,
): Promise<readonly OpenKey[]> {
  return openAmong(instances, await ledger.instancesOf(batchId), part);
}

export function openAmong(
  instances: readonly ManifestInstance[],
  records: readonly InstanceRecord[],
  { from, to }: Pick<Part, 'from' | 'to'>,
): readonly OpenKey[] {
  const statuses = new Map(records.map(({ objectKey, status }) => [objectKey, status]));
  return instances.flatMap(({ key, bytes }, index) =>
    index >= from && index < to && (statuses.get(key) ?? 'received') === 'received' ? [{ index, bytes, key }] : [],
  );
}

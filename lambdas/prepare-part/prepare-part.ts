import { type BatchId, keyInPart, partPrefix } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { partAtWork } from '../../core/parts.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import { eachOf } from '../each-of.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openKeys } from '../ledger/open-keys.ts';
import { readManifest } from '../read-manifest.ts';
import type { SealedBatch } from '../sealed-batch.ts';

const COPIES_AT_ONCE = 32;

export interface PreparedPart {
  readonly batchId: BatchId;
  readonly jobName: string;
  readonly files: number;
  /** Those of them that had to be copied now. */
  readonly copied: number;
}

/**
 * Copies the objects of the part at work under a prefix of their own, since an import job takes all that lies under one.
 * Copies that are there are left as they are: their name says what they hold. Running it again does what is missing.
 * @throws PipelineFault TRANSITION_REFUSED when no part is to be imported, MANIFEST_MISSING, MANIFEST_INVALID; StoreFault
 */
export async function preparePart(
  sealed: SealedBatch,
  { store, ledger }: { readonly store: ObjectStore; readonly ledger: Ledger },
): Promise<PreparedPart> {
  const { batchId } = sealed;
  const batch = await ledger.findBatch(batchId);
  const work = batch === undefined ? undefined : partAtWork(batch);
  if (work === undefined) throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} has no part to prepare`);
  const { part, jobName } = work;
  if (!part.copied) return { batchId, jobName, files: part.to - part.from, copied: 0 };

  const { instances } = await readManifest(store, sealed.manifestKey);
  const open = await openKeys(ledger, batchId, instances, part);
  const there = new Set<string>();
  for await (const { key } of store.list(partPrefix(jobName))) there.add(key);
  const missing = open.flatMap(({ key }) => {
    const copy = keyInPart(key, batchId, jobName);
    return there.has(copy) ? [] : [{ key, copy }];
  });
  await eachOf(missing, COPIES_AT_ONCE, ({ key, copy }) => store.copy(key, copy));
  return { batchId, jobName, files: open.length, copied: missing.length };
}

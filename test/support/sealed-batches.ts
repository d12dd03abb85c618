import { randomBytes } from 'node:crypto';
import type { Manifest, ManifestInstance } from '../../core/manifest.ts';
import { type BatchId, batchIdSchema, instanceKey, manifestKey } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { ulid } from '../../core/ulid.ts';
import { ctElements, part10, syntaxes } from '../local/healthimaging/part10.ts';

/** A new id of a batch that was opened at this moment, milliseconds since the epoch. */
export const batchIdAt = (openedAtMs: number): BatchId => batchIdSchema.parse(ulid(openedAtMs, randomBytes(10)));

export const newBatchId = (): BatchId => batchIdAt(Date.now());

/** An instance of a study by its number, or bytes that are no DICOM. */
export interface TrialInstance {
  readonly study: number;
  readonly number: number;
  readonly broken?: boolean;
  /** The Patient ID, where it is not that of all others. */
  readonly patient?: string;
}

/** Stores an instance as the service does, with its metadata. */
export async function storeInstance(
  store: ObjectStore,
  batchId: BatchId,
  { study, number, broken = false, patient }: TrialInstance,
): Promise<ManifestInstance> {
  const studyInstanceUid = `1.2.${study}`;
  const seriesInstanceUid = `${studyInstanceUid}.1`;
  const sopInstanceUid = `${seriesInstanceUid}.${number}`;
  const metadata = {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid,
    seriesInstanceUid,
    studyInstanceUid,
    transferSyntaxUid: syntaxes.explicit,
    callingAeTitle: 'MODALITY',
    receivedAt: new Date().toISOString(),
  };
  const key = instanceKey(batchId, seriesInstanceUid, sopInstanceUid);
  const writer = store.create(key, metadata);
  await writer.write(
    broken
      ? Buffer.from('no DICOM at all')
      : part10(
          ctElements({
            '00080018 UI': sopInstanceUid,
            '0020000D UI': studyInstanceUid,
            '0020000E UI': seriesInstanceUid,
            '00200013 IS': String(number),
            ...(patient === undefined ? {} : { '00100020 LO': patient }),
          }),
        ),
  );
  await writer.commit();
  return { key, ...writer.digest(), ...metadata };
}

/** The manifest of a batch that has just been sealed. */
export function trialManifest(
  batchId: BatchId,
  instances: readonly ManifestInstance[],
  route: Partial<Manifest['route']> = {},
): Manifest {
  const now = new Date().toISOString();
  return {
    version: 1,
    batchId,
    route: { name: 'main', priority: 'routine', ...route },
    owner: 'trial',
    openedAt: now,
    sealedAt: now,
    sealReason: 'quiet',
    instances: [...instances],
  };
}

export const manifestBytes = (manifest: object): Uint8Array => new TextEncoder().encode(JSON.stringify(manifest));

/** Stores instances and seals them. */
export async function sealBatch(
  store: ObjectStore,
  instances: readonly TrialInstance[],
  route: Partial<Manifest['route']>,
  batchId: BatchId = newBatchId(),
): Promise<Manifest> {
  const stored: ManifestInstance[] = [];
  for (const instance of instances) stored.push(await storeInstance(store, batchId, instance));
  const manifest = trialManifest(batchId, stored, route);
  await store.putIfAbsent(manifestKey(batchId), manifestBytes(manifest));
  return manifest;
}

/** A manifest over instances that lie nowhere. */
export function manifestOf(batchId: BatchId, files: number, study = 1): Manifest {
  const instances = Array.from({ length: files }, (_, index) => {
    const seriesInstanceUid = `1.2.${study}.1`;
    const sopInstanceUid = `${seriesInstanceUid}.${index}`;
    return {
      key: instanceKey(batchId, seriesInstanceUid, sopInstanceUid),
      bytes: 100,
      crc32: '0'.repeat(8),
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUid,
      seriesInstanceUid,
      studyInstanceUid: `1.2.${study}`,
      transferSyntaxUid: syntaxes.explicit,
      callingAeTitle: 'MODALITY',
      receivedAt: '2026-01-02T03:04:05.000Z',
    };
  });
  return trialManifest(batchId, instances);
}

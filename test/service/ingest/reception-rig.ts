import { expect } from 'vitest';
import type { ManifestInstance } from '../../../core/manifest.ts';
import type { ObjectMetadata, ObjectStore, ObjectWriter } from '../../../core/object-store.ts';
import { encodeFileMeta } from '../../../service/dicom/part10/file-meta.ts';
import { BatchKeeper } from '../../../service/ingest/batch-keeper.ts';
import type { ImportCheckPolicy } from '../../../service/ingest/checks/import-check.ts';
import { type IncomingInstance, Reception } from '../../../service/ingest/reception.ts';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { deflatedUid } from '../../support/sample-data-set.ts';
import { BatchesRig } from './batches-rig.ts';

const implementation = { classUid: '2.25.1', versionName: 'TEST' };

/** Explicit and implicit VR, big endian, deflated. */
export const transferSyntaxUids = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.2', deflatedUid];
/** So many bytes before the UIDs that the object begins without them. */
export const LATER_THAN_HELD_BYTES = 300 * 1024;

export const requestOf = (metadata: ObjectMetadata): IncomingInstance => ({
  associationId: 'a',
  callingAeTitle: metadata.callingAeTitle,
  calledAeTitle: 'SCP',
  sopClassUid: metadata.sopClassUid,
  sopInstanceUid: metadata.sopInstanceUid,
  transferSyntaxUid: metadata.transferSyntaxUid,
});

/** What must lie in the store. */
export const part10Of = (metadata: ObjectMetadata, dataSet: Uint8Array): Buffer =>
  Buffer.concat([
    encodeFileMeta({
      mediaStorageSopClassUid: metadata.sopClassUid,
      mediaStorageSopInstanceUid: metadata.sopInstanceUid,
      transferSyntaxUid: metadata.transferSyntaxUid,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      sourceApplicationEntityTitle: metadata.callingAeTitle,
      receivingApplicationEntityTitle: 'SCP',
    }),
    dataSet,
  ]);

/** Receptions into real batches over a memory store. */
export class ReceptionRig extends BatchesRig {
  importChecks: ImportCheckPolicy = 'warn';

  receive(instance: IncomingInstance, store: ObjectStore = this.store): Reception {
    const { batches, clock, importChecks } = this;
    const emit = (event: TelemetryEvent) => this.events.push(event);
    const keeper = new BatchKeeper({ store, batches, emit });
    return new Reception(instance, { keeper, importChecks, clock, emit, implementation });
  }

  /** Receives a data set whole and gives the answer. */
  async receiveWhole(metadata: ObjectMetadata, dataSet: Uint8Array, request = requestOf(metadata)) {
    const reception = this.receive(request);
    await reception.write(dataSet);
    return reception.finish();
  }

  async sealedInstances(): Promise<readonly ManifestInstance[]> {
    await this.batches.drain();
    return this.manifests().flatMap(({ instances }) => instances);
  }

  /** Nothing of what was refused or cancelled is left, and its batch does not wait for it. */
  async expectNothingKept(): Promise<void> {
    await this.batches.drain();
    expect(this.store.keys()).toEqual([]);
  }

  /** The store with writers that are partly other. */
  storeWith(changes: Partial<ObjectWriter>): ObjectStore {
    const create: ObjectStore['create'] = (key, metadata) => ({ ...this.store.create(key, metadata), ...changes });
    return new Proxy<ObjectStore>(this.store, {
      get: (target, name) => (name === 'create' ? create : Reflect.get(target, name)),
    });
  }
}

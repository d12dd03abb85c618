import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { imageSetArn, imageSetEvent } from '../events/event.ts';
import { ApiError } from '../http/api-error.ts';
import { json, operation } from '../http/api-request.ts';
import { datastoreId, imageFrameId, imageSetId, page, versionId } from '../http/constraints.ts';
import { paginate } from '../http/paginate.ts';
import { timestamp } from '../http/timestamp.ts';
import { parseFrameId } from '../imagesets/frame-id.ts';
import { instancesAt, latestVersionId } from '../imagesets/image-set-version.ts';
import { metadataDocument } from '../imagesets/metadata-document.ts';
import type { ImageSetRecord, ImageSetVersion, InstanceRecord } from '../state/records.ts';
import { findImageSet, findLiveImageSet } from './find-resource.ts';

const imageSet = { datastoreId, imageSetId };

export const getImageSet = operation(
  z.object({ ...imageSet, version: versionId.optional() }),
  async (emulator, input) => {
    const record = findImageSet(emulator, input.datastoreId, input.imageSetId);
    const { imageSetWorkflowStatus, ...properties } = propertiesOf(record, versionOf(record, input.version));
    return json({
      ...properties,
      imageSetWorkflowStatus,
      datastoreId: input.datastoreId,
      imageSetArn: imageSetArn(emulator.account, input.datastoreId, input.imageSetId),
      lastAccessedAt: timestamp(record.updatedAtMs),
      storageTier: 'FREQUENT_ACCESS',
    });
  },
);

export const listImageSetVersions = operation(z.object({ ...imageSet, ...page }), async (emulator, input) => {
  const record = findImageSet(emulator, input.datastoreId, input.imageSetId);
  const { items, nextToken } = paginate(record.versions.toReversed(), input);
  const imageSetPropertiesList = items.map((version) => {
    // The service model spells this member with a capital here, and only here.
    const { imageSetWorkflowStatus: ImageSetWorkflowStatus, ...properties } = propertiesOf(record, version);
    return { ...properties, ImageSetWorkflowStatus };
  });
  return json({ imageSetPropertiesList, nextToken });
});

export const getImageSetMetadata = operation(
  z.object({ ...imageSet, version: versionId.optional() }),
  async (emulator, input) => {
    const record = findLiveImageSet(emulator, input.datastoreId, input.imageSetId);
    const instances = new Map<string, InstanceRecord>();
    const { versionId: version } = versionOf(record, input.version);
    for (const [sopInstanceUid, instanceId] of instancesAt(record, version)) {
      instances.set(sopInstanceUid, await emulator.state.loadInstance(input.datastoreId, instanceId));
    }
    const document = metadataDocument(input.datastoreId, input.imageSetId, record.key.seriesInstanceUid, instances);
    const body = await promisify(gzip)(JSON.stringify(document));
    return { kind: 'bytes', body, contentType: 'application/json', contentEncoding: 'gzip' };
  },
);

/** The frame as it was sent, where AWS would give HTJ2K: the content type says in which transfer syntax. */
export const getImageFrame = operation(z.object({ ...imageSet, imageFrameId }), async (emulator, input) => {
  const { state } = emulator;
  const record = findLiveImageSet(emulator, input.datastoreId, input.imageSetId);
  const instanceIds = record.versions.flatMap(({ instances }) => Object.values(instances));
  const found = parseFrameId(input.imageFrameId, instanceIds);
  const instance = found && (await state.loadInstance(input.datastoreId, found.instanceId));
  const frame = found && instance?.frames[found.index];
  if (instance === undefined || frame === undefined) {
    throw new ApiError('ResourceNotFoundException', `Image frame ${input.imageFrameId} does not exist`);
  }
  const body = frame.length === 0 ? Buffer.alloc(0) : state.pixels.read(input.datastoreId, instance.instanceId, frame);
  const contentType = `application/octet-stream; transfer-syntax=${instance.transferSyntaxUid}`;
  return { kind: 'bytes', body, contentType };
});

export const deleteImageSet = operation(z.object(imageSet), async (emulator, input) => {
  const record = findLiveImageSet(emulator, input.datastoreId, input.imageSetId);
  await removeImageSet(emulator, record);
  const { datastoreId: datastore, imageSetId: id } = input;
  return json({
    datastoreId: datastore,
    imageSetId: id,
    imageSetState: 'DELETED',
    imageSetWorkflowStatus: 'DELETED',
  });
});

async function removeImageSet(emulator: Emulator, record: ImageSetRecord): Promise<void> {
  const deleted = { ...record, deletedAtMs: emulator.clock.nowMs() };
  await emulator.state.saveImageSet(deleted);
  emulator.publish(imageSetEvent(emulator.account, deleted));
}

function versionOf(record: ImageSetRecord, wanted: string | undefined): ImageSetVersion {
  const id = wanted === undefined ? latestVersionId(record) : Number(wanted);
  const version = record.versions.find((one) => one.versionId === id);
  if (version === undefined) {
    throw new ApiError('ResourceNotFoundException', `Image set ${record.imageSetId} has no version ${id}`);
  }
  return version;
}

function propertiesOf(record: ImageSetRecord, version: ImageSetVersion) {
  const { deletedAtMs } = record;
  return {
    imageSetId: record.imageSetId,
    versionId: String(version.versionId),
    imageSetState: deletedAtMs === undefined ? 'ACTIVE' : 'DELETED',
    imageSetWorkflowStatus: deletedAtMs !== undefined ? 'DELETED' : version.versionId > 1 ? 'UPDATED' : 'CREATED',
    createdAt: timestamp(record.createdAtMs),
    updatedAt: timestamp(version.createdAtMs),
    ...(deletedAtMs !== undefined && { deletedAt: timestamp(deletedAtMs) }),
    isPrimary: record.isPrimary,
  };
}

import type { Attributes } from '../dicom/attributes.ts';
import type { Frame } from '../dicom/read-pixel-data.ts';
import type { InstanceRecord } from '../state/records.ts';
import { type AttributeLevel, attributeLevel } from './attribute-level.ts';
import { frameId } from './frame-id.ts';

/**
 * The metadata of an image set in HealthImaging's normalised form ("Getting image set metadata" of the developer
 * guide). Attributes of the patient, the study and the series are those of the instance imported last.
 * Frames are kept as they were sent: StoredTransferSyntaxUID says how, and encapsulated ones have no checksum, since
 * HealthImaging's is that of the decompressed pixels.
 * @param instances by SOP Instance UID, in the order of their import; one at least
 */
export function metadataDocument(
  datastoreId: string,
  imageSetId: string,
  seriesInstanceUid: string,
  instances: ReadonlyMap<string, InstanceRecord>,
): object {
  const shared = { patient: {}, study: {}, series: {} };
  const byUid: Record<string, object> = {};
  for (const [sopInstanceUid, instance] of instances) {
    const levels = splitLevels(instance.attributes);
    Object.assign(shared.patient, levels.patient);
    Object.assign(shared.study, levels.study);
    Object.assign(shared.series, levels.series);
    byUid[sopInstanceUid] = instanceDocument(instance, levels.instance);
  }
  return {
    SchemaVersion: '1.1',
    DatastoreID: datastoreId,
    ImageSetID: imageSetId,
    Patient: { DICOM: shared.patient },
    Study: {
      DICOM: shared.study,
      Series: { [seriesInstanceUid]: { DICOM: shared.series, Instances: byUid } },
    },
  };
}

function instanceDocument(instance: InstanceRecord, attributes: Attributes): object {
  const isNative = instance.frames.some(({ measure }) => measure !== undefined);
  return {
    DICOM: attributes,
    DICOMVRs: instance.vrs,
    StoredTransferSyntaxUID: instance.transferSyntaxUid,
    ...(isNative && { ChecksumType: 'DECOMPRESSED' }),
    ImageFrames: instance.frames.map((frame, index) => frameDocument(instance, frame, index)),
  };
}

function frameDocument({ instanceId, rows, columns }: InstanceRecord, frame: Frame, index: number): object {
  const { measure } = frame;
  return {
    ID: frameId(instanceId, index),
    PixelDataChecksumFromBaseToFullResolution:
      measure === undefined ? [] : [{ Width: columns, Height: rows, Checksum: measure.crc32 }],
    MinPixelValue: measure?.minPixelValue ?? null,
    MaxPixelValue: measure?.maxPixelValue ?? null,
    FrameSizeInBytes: frame.length,
  };
}

function splitLevels(attributes: Attributes): Readonly<Record<AttributeLevel, Attributes>> {
  const levels: Record<AttributeLevel, Record<string, Attributes[string]>> = {
    patient: {},
    study: {},
    series: {},
    instance: {},
  };
  for (const [keyword, value] of Object.entries(attributes)) {
    if (value !== undefined) levels[attributeLevel(keyword)][keyword] = value;
  }
  return levels;
}

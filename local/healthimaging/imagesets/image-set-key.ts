import { type Attributes, numberOf, textOf } from '../dicom/attributes.ts';
import type { ImageSetKey } from '../state/records.ts';

/** What of an instance decides where it goes. */
export interface InstanceIdentity {
  readonly instanceId: string;
  readonly sopInstanceUid: string;
  readonly key: ImageSetKey;
  readonly tags: Readonly<Record<string, string | number>>;
}

export function instanceIdentity(instanceId: string, attributes: Attributes): InstanceIdentity {
  return {
    instanceId,
    sopInstanceUid: textOf(attributes, 'SOPInstanceUID'),
    key: {
      studyDate: textOf(attributes, 'StudyDate'),
      accessionNumber: textOf(attributes, 'AccessionNumber'),
      patientId: textOf(attributes, 'PatientID'),
      studyInstanceUid: textOf(attributes, 'StudyInstanceUID'),
      studyId: textOf(attributes, 'StudyID'),
      seriesInstanceUid: textOf(attributes, 'SeriesInstanceUID'),
      seriesNumber: textOf(attributes, 'SeriesNumber'),
    },
    tags: searchTags(attributes),
  };
}

export function sameKey(one: ImageSetKey, other: ImageSetKey): boolean {
  return (
    sameStudy(one, other) &&
    one.seriesInstanceUid === other.seriesInstanceUid &&
    one.seriesNumber === other.seriesNumber
  );
}

/** Whether two keys that may share a primary study contradict each other. */
export function inConflict(one: ImageSetKey, other: ImageSetKey): boolean {
  if (one.seriesInstanceUid === other.seriesInstanceUid) return !sameKey(one, other);
  return one.studyInstanceUid === other.studyInstanceUid && !sameStudy(one, other);
}

function sameStudy(one: ImageSetKey, other: ImageSetKey): boolean {
  return (
    one.studyInstanceUid === other.studyInstanceUid &&
    one.patientId === other.patientId &&
    one.accessionNumber === other.accessionNumber &&
    one.studyId === other.studyId &&
    one.studyDate === other.studyDate
  );
}

const textTags: readonly (readonly [tag: string, keyword: string])[] = [
  ['DICOMPatientId', 'PatientID'],
  ['DICOMPatientName', 'PatientName'],
  ['DICOMPatientBirthDate', 'PatientBirthDate'],
  ['DICOMPatientSex', 'PatientSex'],
  ['DICOMStudyInstanceUID', 'StudyInstanceUID'],
  ['DICOMStudyId', 'StudyID'],
  ['DICOMStudyDescription', 'StudyDescription'],
  ['DICOMAccessionNumber', 'AccessionNumber'],
  ['DICOMSeriesInstanceUID', 'SeriesInstanceUID'],
  ['DICOMSeriesModality', 'Modality'],
  ['DICOMSeriesBodyPart', 'BodyPartExamined'],
  ['DICOMStudyDate', 'StudyDate'],
  ['DICOMStudyTime', 'StudyTime'],
];

function searchTags(attributes: Attributes): Readonly<Record<string, string | number>> {
  const texts = textTags.map(([tag, keyword]) => [tag, textOf(attributes, keyword)] as const);
  const seriesNumber = numberOf(attributes, 'SeriesNumber');
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== '')),
    ...(seriesNumber !== undefined && { DICOMSeriesNumber: seriesNumber }),
  };
}

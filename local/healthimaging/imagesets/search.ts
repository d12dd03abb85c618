import type { ImageSetRecord } from '../state/records.ts';

/** One member is set. Times are seconds since the epoch, as the service model has them. */
export interface SearchValue {
  readonly DICOMPatientId?: string | undefined;
  readonly DICOMAccessionNumber?: string | undefined;
  readonly DICOMStudyId?: string | undefined;
  readonly DICOMStudyInstanceUID?: string | undefined;
  readonly DICOMSeriesInstanceUID?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly updatedAt?: number | undefined;
  readonly DICOMStudyDateAndTime?: StudyDateAndTime | undefined;
  readonly isPrimary?: boolean | undefined;
}

export interface StudyDateAndTime {
  readonly DICOMStudyDate: string;
  readonly DICOMStudyTime?: string | undefined;
}

export interface SearchFilter {
  readonly operator: 'EQUAL' | 'BETWEEN';
  readonly values: readonly SearchValue[];
}

export interface SearchSort {
  readonly sortField: 'createdAt' | 'updatedAt' | 'DICOMStudyDateAndTime';
  readonly sortOrder: 'ASC' | 'DESC';
}

/** "By default, SearchImageSets uses the updatedAt field for sorting in descending order." */
export const defaultSort: SearchSort = { sortField: 'updatedAt', sortOrder: 'DESC' };

/** The image sets that pass all filters, sorted. */
export function searchImageSets(
  imageSets: readonly ImageSetRecord[],
  filters: readonly SearchFilter[],
  sort: SearchSort,
): readonly ImageSetRecord[] {
  const direction = sort.sortOrder === 'ASC' ? 1 : -1;
  return imageSets
    .filter((imageSet) => filters.every((filter) => passes(imageSet, filter)))
    .map((imageSet) => ({ imageSet, rank: rankOf(imageSet, sort.sortField) }))
    .sort(
      (one, other) =>
        direction * compare(one.rank, other.rank) || compare(one.imageSet.imageSetId, other.imageSet.imageSetId),
    )
    .map(({ imageSet }) => imageSet);
}

function passes(imageSet: ImageSetRecord, { operator, values }: SearchFilter): boolean {
  const [lower, upper = lower] = values;
  if (lower === undefined || upper === undefined) return false;
  const field = Object.keys(lower).find(isSearchField);
  if (field === undefined) return false;
  const actual = actualValue(imageSet, field);
  const bounds = [lower, upper].map((value) => comparable(value[field]));
  return operator === 'EQUAL'
    ? actual === bounds[0]
    : compare(actual, bounds[0] ?? '') >= 0 && compare(actual, bounds[1] ?? '') <= 0;
}

const searchFields = [
  'DICOMPatientId',
  'DICOMAccessionNumber',
  'DICOMStudyId',
  'DICOMStudyInstanceUID',
  'DICOMSeriesInstanceUID',
  'createdAt',
  'updatedAt',
  'DICOMStudyDateAndTime',
  'isPrimary',
] as const;

type SearchField = (typeof searchFields)[number];

function isSearchField(name: string): name is SearchField {
  return searchFields.some((field) => field === name);
}

function actualValue({ key, tags, ...imageSet }: ImageSetRecord, field: SearchField): string | number {
  switch (field) {
    case 'DICOMPatientId':
      return key.patientId;
    case 'DICOMAccessionNumber':
      return key.accessionNumber;
    case 'DICOMStudyId':
      return key.studyId;
    case 'DICOMStudyInstanceUID':
      return key.studyInstanceUid;
    case 'DICOMSeriesInstanceUID':
      return key.seriesInstanceUid;
    case 'createdAt':
      return imageSet.createdAtMs;
    case 'updatedAt':
      return imageSet.updatedAtMs;
    case 'DICOMStudyDateAndTime':
      return studyMoment(key.studyDate, String(tags.DICOMStudyTime ?? ''));
    case 'isPrimary':
      return String(imageSet.isPrimary);
  }
}

function comparable(value: SearchValue[SearchField]): string | number {
  if (typeof value === 'number') return Math.round(value * 1000);
  if (typeof value === 'object') return studyMoment(value.DICOMStudyDate, value.DICOMStudyTime ?? '');
  return String(value);
}

/** DICOM dates and times in a form that sorts as time goes. */
function studyMoment(date: string, time: string): string {
  return date + time.replace('.', '').padEnd(12, '0');
}

function rankOf(imageSet: ImageSetRecord, field: SearchSort['sortField']): string | number {
  return actualValue(imageSet, field);
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

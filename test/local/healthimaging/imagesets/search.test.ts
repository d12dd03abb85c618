import { describe, expect, it } from 'vitest';
import { defaultSort, type SearchFilter, searchImageSets } from '../../../../local/healthimaging/imagesets/search.ts';
import type { ImageSetKey, ImageSetRecord } from '../../../../local/healthimaging/state/records.ts';

const imageSet = (
  imageSetId: string,
  key: Partial<ImageSetKey>,
  rest: Partial<ImageSetRecord> = {},
): ImageSetRecord => ({
  imageSetId,
  datastoreId: 'd',
  isPrimary: true,
  key: {
    studyDate: '20260101',
    accessionNumber: '',
    patientId: '',
    studyInstanceUid: '',
    studyId: '',
    seriesInstanceUid: '',
    seriesNumber: '',
    ...key,
  },
  tags: {},
  createdAtMs: 1000,
  updatedAtMs: 1000,
  versions: [],
  ...rest,
});

const all = [
  imageSet('one', { patientId: 'P1', studyInstanceUid: '1', seriesInstanceUid: '1.1' }),
  imageSet(
    'two',
    { accessionNumber: 'A2', studyId: 'S2', studyDate: '20260303' },
    { createdAtMs: 2000, updatedAtMs: 5000 },
  ),
  imageSet(
    'three',
    { studyDate: '20251231' },
    { isPrimary: false, createdAtMs: 3000, updatedAtMs: 3000, tags: { DICOMStudyTime: '101500.5' } },
  ),
];

const found = (...filters: readonly SearchFilter[]): string[] =>
  searchImageSets(all, filters, defaultSort).map(({ imageSetId }) => imageSetId);

describe('a search', () => {
  it.each([
    [{ DICOMPatientId: 'P1' }, ['one']],
    [{ DICOMStudyInstanceUID: '1' }, ['one']],
    [{ DICOMSeriesInstanceUID: '1.1' }, ['one']],
    [{ DICOMAccessionNumber: 'A2' }, ['two']],
    [{ DICOMStudyId: 'S2' }, ['two']],
    [{ isPrimary: false }, ['three']],
    [{ createdAt: 3 }, ['three']],
    [{ DICOMStudyDateAndTime: { DICOMStudyDate: '20260303' } }, ['two']],
    [{ DICOMPatientId: 'P' }, []],
  ])('for what equals %j', (value, expected) => {
    expect(found({ operator: 'EQUAL', values: [value] })).toEqual(expected);
  });

  it.each([
    [{ createdAt: 1.5 }, { createdAt: 3 }, ['two', 'three']],
    [{ updatedAt: 0 }, { updatedAt: 3 }, ['three', 'one']],
    [
      { DICOMStudyDateAndTime: { DICOMStudyDate: '20251231', DICOMStudyTime: '101500' } },
      { DICOMStudyDateAndTime: { DICOMStudyDate: '20260102', DICOMStudyTime: '000000' } },
      ['three', 'one'],
    ],
    [{ createdAt: 4 }, { createdAt: 5 }, []],
  ])('for what lies between %j and %j', (lower, upper, expected) => {
    expect(found({ operator: 'BETWEEN', values: [lower, upper] })).toEqual(expected);
  });

  it('sorts by the time of the last update, the newest first, unless told otherwise', () => {
    expect(found()).toEqual(['two', 'three', 'one']);
    const sorted = searchImageSets(all, [], { sortField: 'DICOMStudyDateAndTime', sortOrder: 'ASC' });
    expect(sorted.map(({ imageSetId }) => imageSetId)).toEqual(['three', 'one', 'two']);
  });
});

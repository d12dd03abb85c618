import { z } from 'zod';
import { json, operation } from '../http/api-request.ts';
import { datastoreId, page } from '../http/constraints.ts';
import { paginate } from '../http/paginate.ts';
import { timestamp } from '../http/timestamp.ts';
import { instancesAt, latestVersionId } from '../imagesets/image-set-version.ts';
import { defaultSort, searchImageSets as search } from '../imagesets/search.ts';
import type { ImageSetRecord } from '../state/records.ts';
import { findActiveDatastore } from './find-resource.ts';

const text = z.string().max(256).optional();

const searchValue = z
  .object({
    DICOMPatientId: text,
    DICOMAccessionNumber: text,
    DICOMStudyId: text,
    DICOMStudyInstanceUID: text,
    DICOMSeriesInstanceUID: text,
    createdAt: z.number().optional(),
    updatedAt: z.number().optional(),
    DICOMStudyDateAndTime: z
      .object({ DICOMStudyDate: z.string().max(18), DICOMStudyTime: z.string().max(28).optional() })
      .optional(),
    isPrimary: z.boolean().optional(),
  })
  .refine((value) => Object.keys(value).length === 1, 'Member must have exactly one attribute set');

const searchFilter = z
  .object({ operator: z.enum(['EQUAL', 'BETWEEN']), values: z.array(searchValue).min(1).max(2) })
  .refine(
    ({ operator, values }) => values.length === (operator === 'EQUAL' ? 1 : 2),
    'EQUAL takes one value, BETWEEN takes two',
  )
  .refine(
    ({ values }) => new Set(values.flatMap((value) => Object.keys(value))).size === 1,
    'Values must be of one attribute',
  );

export const searchImageSets = operation(
  z.object({
    datastoreId,
    filters: z.array(searchFilter).max(1, 'Member must have at most 1 filter').default([]),
    sort: z
      .object({
        sortField: z.enum(['createdAt', 'updatedAt', 'DICOMStudyDateAndTime']),
        sortOrder: z.enum(['ASC', 'DESC']),
      })
      .default(defaultSort),
    ...page,
  }),
  async (emulator, input) => {
    findActiveDatastore(emulator, input.datastoreId);
    const live = [...emulator.state.imageSets.values()].filter(
      (imageSet) => imageSet.datastoreId === input.datastoreId && imageSet.deletedAtMs === undefined,
    );
    const { items, nextToken } = paginate(search(live, input.filters, input.sort), input);
    return json({ imageSetsMetadataSummaries: items.map(summary), sort: input.sort, nextToken });
  },
);

function summary(imageSet: ImageSetRecord): object {
  const version = latestVersionId(imageSet);
  return {
    imageSetId: imageSet.imageSetId,
    version,
    createdAt: timestamp(imageSet.createdAtMs),
    updatedAt: timestamp(imageSet.updatedAtMs),
    lastAccessedAt: timestamp(imageSet.updatedAtMs),
    storageTier: 'FREQUENT_ACCESS',
    DICOMTags: {
      ...imageSet.tags,
      DICOMNumberOfStudyRelatedSeries: 1,
      DICOMNumberOfStudyRelatedInstances: instancesAt(imageSet, version).size,
    },
    isPrimary: imageSet.isPrimary,
  };
}

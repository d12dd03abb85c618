import { gunzipSync } from 'node:zlib';
import {
  GetImageSetMetadataCommand,
  type MedicalImagingClient,
  paginateSearchImageSets,
  type SearchFilter,
} from '@aws-sdk/client-medical-imaging';
import { z } from 'zod';
import type { ImageSet, ImageSets } from './image-sets.ts';

const metadataSchema = z.object({
  Study: z.object({
    Series: z.record(z.string(), z.object({ Instances: z.record(z.string(), z.unknown()) })),
  }),
});

/** Image sets in AWS HealthImaging. */
export function healthImagingImageSets(client: MedicalImagingClient): ImageSets {
  return {
    ofSeries: async (datastoreId, seriesInstanceUid) => {
      const filter: SearchFilter = { operator: 'EQUAL', values: [{ DICOMSeriesInstanceUID: seriesInstanceUid }] };
      const search = { datastoreId, searchCriteria: { filters: [filter] } };
      const found: ImageSet[] = [];
      for await (const page of paginateSearchImageSets({ client }, search)) {
        for (const { imageSetId, isPrimary } of page.imageSetsMetadataSummaries ?? []) {
          if (imageSetId !== undefined) found.push({ imageSetId, isPrimary: isPrimary !== false });
        }
      }
      return found;
    },

    instancesOf: async (datastoreId, imageSetId) => {
      const command = new GetImageSetMetadataCommand({ datastoreId, imageSetId });
      const { imageSetMetadataBlob, contentEncoding } = await client.send(command);
      const bytes = (await imageSetMetadataBlob?.transformToByteArray()) ?? new Uint8Array();
      const text = (contentEncoding === 'gzip' ? gunzipSync(bytes) : Buffer.from(bytes)).toString('utf8');
      const { Study } = metadataSchema.parse(JSON.parse(text));
      return new Set(Object.values(Study.Series).flatMap(({ Instances }) => Object.keys(Instances)));
    },
  };
}

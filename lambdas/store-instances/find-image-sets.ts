import type { InstanceRecord } from '../../core/ledger.ts';
import { eachOf } from '../each-of.ts';
import type { ImageSets } from './image-sets.ts';

const SERIES_AT_ONCE = 4;
/** A batch of more series is not looked up further: searches are 25 a second for the account. */
const MAX_SERIES = 200;
/** Image sets beside the primary one of a series are looked into up to this number; more are as good as none. */
const MAX_NON_PRIMARY = 10;

/**
 * Stored instances with the image sets that they are in. An instance that an image set beside the primary one has is
 * said to be there: somebody has to decide about it. Where HealthImaging names no image set yet, nothing is added.
 * @param onTrouble told why it could not be found out; then nothing more is asked
 */
export async function findImageSets(
  stored: readonly InstanceRecord[],
  datastoreId: string,
  imageSets: ImageSets,
  onTrouble: (error: unknown) => void,
): Promise<readonly InstanceRecord[]> {
  const placeOf = new Map<string, Placed>();
  const series = Map.groupBy(stored, ({ seriesInstanceUid }) => seriesInstanceUid);
  let isOver = false;
  await eachOf([...series].slice(0, MAX_SERIES), SERIES_AT_ONCE, async ([seriesInstanceUid, members]) => {
    if (isOver) return;
    try {
      const sets = await imageSets.ofSeries(datastoreId, seriesInstanceUid);
      const primary = sets.find(({ isPrimary }) => isPrimary);
      for (const { objectKey } of members) if (primary !== undefined) placeOf.set(objectKey, primary);
      for (const beside of sets.filter(({ isPrimary }) => !isPrimary).slice(0, MAX_NON_PRIMARY)) {
        const inside = await imageSets.instancesOf(datastoreId, beside.imageSetId);
        for (const one of members) if (inside.has(one.sopInstanceUid)) placeOf.set(one.objectKey, beside);
      }
    } catch (error) {
      isOver = true;
      onTrouble(error);
    }
  });
  return stored.flatMap((instance) => {
    const place = placeOf.get(instance.objectKey);
    return place === undefined ? [] : [{ ...instance, imageSetId: place.imageSetId, isPrimary: place.isPrimary }];
  });
}

type Placed = Pick<Required<InstanceRecord>, 'imageSetId' | 'isPrimary'>;

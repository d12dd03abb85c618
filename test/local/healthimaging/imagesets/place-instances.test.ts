import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceIdentity } from '../../../../local/healthimaging/imagesets/image-set-key.ts';
import { instancesAt } from '../../../../local/healthimaging/imagesets/image-set-version.ts';
import { placeInstances } from '../../../../local/healthimaging/imagesets/place-instances.ts';
import type { ImageSetKey, ImageSetRecord } from '../../../../local/healthimaging/state/records.ts';

const key: ImageSetKey = {
  studyDate: '20260102',
  accessionNumber: 'A1',
  patientId: 'P1',
  studyInstanceUid: '1.1',
  studyId: 'S1',
  seriesInstanceUid: '1.1.1',
  seriesNumber: '1',
};

const instance = (sopInstanceUid: string, overrides: Partial<ImageSetKey> = {}, instanceId = sopInstanceUid) =>
  ({ instanceId, sopInstanceUid, key: { ...key, ...overrides }, tags: {} }) satisfies InstanceIdentity;

/** A datastore that jobs import into one after another. */
class Datastore {
  readonly imageSets = new Map<string, ImageSetRecord>();
  #jobs = 0;
  #ids = 0;

  import(instances: readonly InstanceIdentity[], jobId = `job${++this.#jobs}`): readonly ImageSetRecord[] {
    const job = { jobId, datastoreId: 'd', nowMs: this.#jobs, newId: () => `set${++this.#ids}` };
    const { imageSets, imageSetOf } = placeInstances(instances, this.imageSets.values(), job);
    for (const imageSet of imageSets) this.imageSets.set(imageSet.imageSetId, imageSet);
    return imageSetOf;
  }

  get primaries(): ImageSetRecord[] {
    return [...this.imageSets.values()].filter(({ isPrimary }) => isPrimary);
  }

  /** `<sop> in <series>` for every instance of every image set. */
  get memberships(): ReadonlySet<string> {
    return new Set(
      [...this.imageSets.values()].flatMap((imageSet) =>
        [...instancesAt(imageSet, imageSet.versions.length).keys()].map(
          (sopInstanceUid) => `${sopInstanceUid} in ${imageSet.key.seriesInstanceUid}`,
        ),
      ),
    );
  }
}

describe('instances of one series', () => {
  it('go into one primary image set when they come in one job', () => {
    const store = new Datastore();
    const [first, second] = store.import([instance('a'), instance('b')]);
    expect(first).toBe(second);
    expect(first).toMatchObject({ isPrimary: true, versions: [{ versionId: 1, instances: { a: 'a', b: 'b' } }] });
  });

  it('go into a new version of it when they come in another', () => {
    const store = new Datastore();
    const [before] = store.import([instance('a')]);
    const [after] = store.import([instance('b')]);
    expect(after?.imageSetId).toBe(before?.imageSetId);
    expect(after?.versions).toMatchObject([{ instances: { a: 'a' } }, { versionId: 2, instances: { b: 'b' } }]);
    expect(after && Object.fromEntries(instancesAt(after, 1))).toEqual({ a: 'a' });
    expect(after && Object.fromEntries(instancesAt(after, 2))).toEqual({ a: 'a', b: 'b' });
  });

  it('replace one another when they have the same SOP Instance UID, the last one staying', () => {
    const store = new Datastore();
    store.import([instance('a', {}, 'old')]);
    const [after] = store.import([instance('a', {}, 'newer'), instance('a', {}, 'newest')]);
    expect(after && Object.fromEntries(instancesAt(after, 2))).toEqual({ a: 'newest' });
    expect(after && Object.fromEntries(instancesAt(after, 1))).toEqual({ a: 'old' });
  });

  it('do not go into an image set that was deleted', () => {
    const store = new Datastore();
    const [deleted] = store.import([instance('a')]);
    if (deleted) store.imageSets.set(deleted.imageSetId, { ...deleted, deletedAtMs: 1 });
    const [after] = store.import([instance('a')]);
    expect(after?.imageSetId).not.toBe(deleted?.imageSetId);
    expect(after?.isPrimary).toBe(true);
  });
});

describe('instances in conflict', () => {
  it.each(['studyDate', 'accessionNumber', 'patientId', 'studyId'] as const)(
    'with another series of the study by %s are not primary',
    (element) => {
      const store = new Datastore();
      store.import([instance('a')]);
      const [other] = store.import([instance('b', { seriesInstanceUid: '1.1.2', [element]: 'other' })]);
      expect(other?.isPrimary).toBe(false);
    },
  );

  it.each(['seriesNumber', 'studyInstanceUid', 'patientId'] as const)(
    'with their own series by %s are not primary, however often they come',
    (element) => {
      const store = new Datastore();
      store.import([instance('a')]);
      const [first] = store.import([instance('b', { [element]: 'other' })]);
      const [second] = store.import([instance('b', { [element]: 'other' })]);
      expect([first?.isPrimary, second?.isPrimary]).toEqual([false, false]);
      expect(first?.imageSetId).not.toBe(second?.imageSetId);
    },
  );

  it('within one job leave the first as primary', () => {
    const placed = new Datastore().import([instance('a'), instance('b', { patientId: 'other' }), instance('c')]);
    expect(placed.map(({ isPrimary }) => isPrimary)).toEqual([true, false, true]);
  });

  it('do not exist between studies', () => {
    const store = new Datastore();
    store.import([instance('a')]);
    const [other] = store.import([instance('b', { studyInstanceUid: '2', seriesInstanceUid: '2.1', patientId: 'P2' })]);
    expect(other?.isPrimary).toBe(true);
  });
});

const identities = fc
  .record({
    sop: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    patientId: fc.constantFrom('P1', 'P2'),
    study: fc.constantFrom('1', '2'),
    series: fc.constantFrom('x', 'y'),
    seriesNumber: fc.constantFrom('1', '2'),
  })
  .map(({ sop, patientId, study, series, seriesNumber }) =>
    instance(sop, { patientId, studyInstanceUid: study, seriesInstanceUid: `${study}.${series}`, seriesNumber }),
  );
const jobs = fc.array(fc.array(identities, { maxLength: 6 }), { maxLength: 8 });

describe('whatever is imported', () => {
  it('ends up in its series, in whatever order jobs and files come', () => {
    fc.assert(
      fc.property(jobs, fc.infiniteStream(fc.nat()), (batches, dice) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, rank: dice.next().value ?? 0 }))
            .sort((one, other) => one.rank - other.rank)
            .map(({ value }) => value);
        const inOrder = new Datastore();
        for (const batch of batches) inOrder.import(batch);
        const inDisorder = new Datastore();
        for (const batch of shuffled(batches)) inDisorder.import(shuffled(batch));
        const sent = batches.flat().map((one) => `${one.sopInstanceUid} in ${one.key.seriesInstanceUid}`);
        expect(inOrder.memberships).toEqual(new Set(sent));
        expect(inDisorder.memberships).toEqual(inOrder.memberships);
      }),
    );
  });

  it('leaves one primary image set for a series, and primary studies without contradiction', () => {
    fc.assert(
      fc.property(jobs, (batches) => {
        const store = new Datastore();
        for (const batch of batches) store.import(batch);
        const series = store.primaries.map((imageSet) => imageSet.key.seriesInstanceUid);
        expect(new Set(series).size).toBe(series.length);
        const patients = store.primaries.map(
          (imageSet) => `${imageSet.key.studyInstanceUid} of ${imageSet.key.patientId}`,
        );
        const studies = store.primaries.map((imageSet) => imageSet.key.studyInstanceUid);
        expect(new Set(patients).size).toBe(new Set(studies).size);
      }),
    );
  });

  it('is imported once when its job is done again', () => {
    fc.assert(
      fc.property(jobs, fc.array(identities, { maxLength: 6 }), (batches, again) => {
        const store = new Datastore();
        for (const batch of batches) store.import(batch);
        store.import(again, 'interrupted');
        const before = new Map(store.imageSets);
        store.import(again, 'interrupted');
        expect(store.imageSets).toEqual(before);
      }),
    );
  });
});

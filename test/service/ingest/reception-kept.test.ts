import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readFileMeta } from '../../../service/dicom/part10/read-file-meta.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { LATER_THAN_HELD_BYTES, part10Of, ReceptionRig, requestOf, transferSyntaxUids } from './reception-rig.ts';

let rig: ReceptionRig;
beforeEach(() => {
  rig = new ReceptionRig();
});

describe('an instance that is kept', () => {
  it.each(transferSyntaxUids)(
    'lies in the store as a Part 10 header and the bytes as sent, however they came: %s',
    async (uid) => {
      const metadata = sampleMetadata(1, { transferSyntaxUid: uid });
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 400 }).filter((pixels) => pixels.length % 2 === 0),
          fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 40 }),
          fc.boolean(),
          async (pixels, lengths, waits) => {
            rig = new ReceptionRig();
            const dataSet = sampleDataSet(metadata, { pixels });
            const reception = rig.receive(requestOf(metadata));
            for (let offset = 0, piece = 0; offset < dataSet.length; piece++) {
              const length = lengths[piece % lengths.length] ?? 1;
              // As a socket reads it, and gone as soon as the reception is done with it.
              const memory = new ArrayBuffer(Math.min(length, dataSet.length - offset));
              const chunk = Buffer.from(memory);
              chunk.set(dataSet.subarray(offset, offset + length));
              const wait = reception.write(chunk);
              if (wait === undefined) memory.transfer(0);
              else wait.then(() => memory.transfer(0));
              if (waits) await wait;
              offset += length;
            }
            expect(await reception.finish()).toBeUndefined();
            const [instance] = await rig.sealedInstances();
            expect(rig.store.objects.get(instance?.key ?? '')?.bytes).toEqual(
              Uint8Array.from(part10Of(metadata, dataSet)),
            );
            expect(instance).toMatchObject(metadata);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it('is described to the sweeper and in the manifest alike', async () => {
    const metadata = sampleMetadata(1);
    await rig.receiveWhole(metadata, sampleDataSet(metadata));
    const [instance] = await rig.sealedInstances();
    const head = await rig.store.head(instance?.key ?? '');
    expect(head?.metadata).toEqual(metadata);
    expect(instance).toEqual({ key: head?.key, bytes: head?.bytes, crc32: head?.crc32, ...metadata });
    expect(instance?.key).toMatch(/\/1\.2\.3\.1\.1\/1\.2\.3\.1\.1\.1\.dcm$/);
  });

  it.each(['sopClassUid', 'sopInstanceUid', 'studyInstanceUid', 'seriesInstanceUid'] as const)(
    'may lack its %s',
    async (missing) => {
      const metadata = sampleMetadata(1);
      expect(await rig.receiveWhole(metadata, sampleDataSet(metadata, { without: [missing] }))).toBeUndefined();
      const [instance] = await rig.sealedInstances();
      const expected = missing.startsWith('sop') ? metadata[missing] : '';
      expect(instance?.[missing]).toBe(expected);
    },
  );

  it('begins before its series is known when that comes late, and is listed with it', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: LATER_THAN_HELD_BYTES });
    const reception = rig.receive(requestOf(metadata));
    await reception.write(dataSet.subarray(0, LATER_THAN_HELD_BYTES));
    await reception.write(dataSet.subarray(LATER_THAN_HELD_BYTES));
    expect(await reception.finish()).toBeUndefined();
    const [instance] = await rig.sealedInstances();
    expect(instance?.key).toMatch(/\/_\/1\.2\.3\.1\.1\.1\.dcm$/);
    expect(instance).toMatchObject(metadata);
    const stored = rig.store.objects.get(instance?.key ?? '')?.bytes ?? new Uint8Array();
    expect(Buffer.compare(stored, part10Of(metadata, dataSet))).toBe(0);
  });

  it('may have its UIDs where nobody looks for them', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: 17 * 1024 * 1024 });
    expect(await rig.receiveWhole(metadata, dataSet)).toBeUndefined();
    const [instance] = await rig.sealedInstances();
    expect(instance).toMatchObject({ sopInstanceUid: metadata.sopInstanceUid, seriesInstanceUid: '' });
  });

  it.each(['', 'CT\\1', 'CTÉ', 'A\u0001B'])('may come from a peer that calls itself %j', async (callingAeTitle) => {
    const metadata = sampleMetadata(1, { callingAeTitle });
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    const [instance] = await rig.sealedInstances();
    expect(instance?.callingAeTitle).toBe(callingAeTitle);
    const stored = rig.store.objects.get(instance?.key ?? '')?.bytes ?? new Uint8Array();
    expect(readFileMeta(stored)).toMatchObject({
      state: 'meta',
      meta: { mediaStorageSopInstanceUid: metadata.sopInstanceUid },
    });
  });

  it('is told with its size and how long it took', async () => {
    const metadata = sampleMetadata(1);
    const reception = rig.receive(requestOf(metadata));
    reception.write(sampleDataSet(metadata));
    rig.clock.pause(250);
    await reception.finish();
    const bytes = part10Of(metadata, sampleDataSet(metadata)).length;
    expect(rig.eventsOf('instance-stored')).toMatchObject([
      { outcome: 'kept', bytes, durationMs: 250, callingAeTitle: 'CT1' },
    ]);
  });
});

describe('an instance that comes again', () => {
  const metadata = sampleMetadata(1);
  const other = sampleDataSet(metadata, { pixels: Buffer.from('others') });

  it('is kept once when its bytes are the same', async () => {
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await rig.sealedInstances()).toHaveLength(1);
    expect(rig.store.keys('batches/')).toHaveLength(1);
    expect(rig.eventsOf('instance-stored').map((event) => 'outcome' in event && event.outcome)).toEqual([
      'kept',
      'identical',
    ]);
  });

  it('is kept once when both come at the same time', async () => {
    const receptions = [rig.receive(requestOf(metadata)), rig.receive(requestOf(metadata))];
    for (const reception of receptions) reception.write(sampleDataSet(metadata));
    expect(await Promise.all(receptions.map((reception) => reception.finish()))).toEqual([undefined, undefined]);
    expect(await rig.sealedInstances()).toHaveLength(1);
    expect(rig.store.keys('batches/')).toHaveLength(1);
  });

  it('is kept twice when its bytes differ, and that is told', async () => {
    await rig.receiveWhole(metadata, sampleDataSet(metadata));
    await rig.receiveWhole(metadata, other);
    const instances = await rig.sealedInstances();
    expect(instances.map(({ key }) => key.slice(key.lastIndexOf('/')))).toEqual([
      '/1.2.3.1.1.1.dcm',
      '/1.2.3.1.1.1~1.dcm',
    ]);
    expect(rig.store.keys('batches/')).toEqual(instances.map(({ key }) => key));
    expect(rig.eventsOf('instance-differs')).toHaveLength(1);
  });

  it('is told to differ only when something was kept beside the other', async () => {
    await rig.receiveWhole(metadata, sampleDataSet(metadata));
    await rig.receiveWhole(metadata, other);
    await rig.receiveWhole(metadata, sampleDataSet(metadata));
    expect(rig.eventsOf('instance-differs')).toHaveLength(1);
  });
});

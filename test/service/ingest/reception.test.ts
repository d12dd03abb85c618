import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ManifestInstance } from '../../../core/manifest.ts';
import { type ObjectMetadata, type ObjectStore, StoreFault, type StoreFaultCode } from '../../../core/object-store.ts';
import { encodeFileMeta } from '../../../service/dicom/part10/file-meta.ts';
import { readFileMeta } from '../../../service/dicom/part10/read-file-meta.ts';
import { type IncomingInstance, Reception } from '../../../service/ingest/reception.ts';
import { refusalFor, refusals } from '../../../service/ingest/refusal.ts';
import { settled } from '../../support/fake-clock.ts';
import { deflatedUid, sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { BatchesRig } from './batches-rig.ts';

const implementation = { classUid: '2.25.1', versionName: 'TEST' };
const transferSyntaxUids = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.2', deflatedUid];
const LATER_THAN_HELD_BYTES = 300 * 1024;

let rig: BatchesRig;
beforeEach(() => {
  rig = new BatchesRig();
});

const requestOf = (metadata: ObjectMetadata): IncomingInstance => ({
  associationId: 'a',
  callingAeTitle: metadata.callingAeTitle,
  calledAeTitle: 'SCP',
  sopClassUid: metadata.sopClassUid,
  sopInstanceUid: metadata.sopInstanceUid,
  transferSyntaxUid: metadata.transferSyntaxUid,
});

const receive = (instance: IncomingInstance, store: ObjectStore = rig.store): Reception =>
  new Reception(instance, {
    store,
    batches: rig.batches,
    clock: rig.clock,
    emit: (event) => rig.events.push(event),
    implementation,
  });

/** Receives a data set whole and gives the answer. */
async function receiveWhole(metadata: ObjectMetadata, dataSet: Uint8Array, request = requestOf(metadata)) {
  const reception = receive(request);
  await reception.write(dataSet);
  return reception.finish();
}

const part10Of = (metadata: ObjectMetadata, dataSet: Uint8Array): Buffer =>
  Buffer.concat([
    encodeFileMeta({
      mediaStorageSopClassUid: metadata.sopClassUid,
      mediaStorageSopInstanceUid: metadata.sopInstanceUid,
      transferSyntaxUid: metadata.transferSyntaxUid,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      sourceApplicationEntityTitle: metadata.callingAeTitle,
      receivingApplicationEntityTitle: 'SCP',
    }),
    dataSet,
  ]);

async function sealedInstances(): Promise<readonly ManifestInstance[]> {
  await rig.batches.drain();
  return rig.manifests().flatMap(({ instances }) => instances);
}

/** Nothing of what was refused or cancelled is left, and its batch does not wait for it. */
async function expectNothingKept(): Promise<void> {
  await rig.batches.drain();
  expect(rig.store.keys()).toEqual([]);
}

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
            rig = new BatchesRig();
            const dataSet = sampleDataSet(metadata, { pixels });
            const reception = receive(requestOf(metadata));
            for (let offset = 0, piece = 0; offset < dataSet.length; piece++) {
              const length = lengths[piece % lengths.length] ?? 1;
              const wait = reception.write(Uint8Array.from(dataSet.subarray(offset, offset + length)));
              if (waits) await wait;
              offset += length;
            }
            expect(await reception.finish()).toBeUndefined();
            const [instance] = await sealedInstances();
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
    await receiveWhole(metadata, sampleDataSet(metadata));
    const [instance] = await sealedInstances();
    const head = await rig.store.head(instance?.key ?? '');
    expect(head?.metadata).toEqual(metadata);
    expect(instance).toEqual({ key: head?.key, bytes: head?.bytes, crc32: head?.crc32, ...metadata });
    expect(instance?.key).toMatch(/\/1\.2\.3\.1\.1\/1\.2\.3\.1\.1\.1\.dcm$/);
  });

  it.each(['sopClassUid', 'sopInstanceUid', 'studyInstanceUid', 'seriesInstanceUid'] as const)(
    'may lack its %s',
    async (missing) => {
      const metadata = sampleMetadata(1);
      expect(await receiveWhole(metadata, sampleDataSet(metadata, { without: [missing] }))).toBeUndefined();
      const [instance] = await sealedInstances();
      const expected = missing.startsWith('sop') ? metadata[missing] : '';
      expect(instance?.[missing]).toBe(expected);
    },
  );

  it('begins before its series is known when that comes late, and is listed with it', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: LATER_THAN_HELD_BYTES });
    const reception = receive(requestOf(metadata));
    await reception.write(dataSet.subarray(0, LATER_THAN_HELD_BYTES));
    await reception.write(dataSet.subarray(LATER_THAN_HELD_BYTES));
    expect(await reception.finish()).toBeUndefined();
    const [instance] = await sealedInstances();
    expect(instance?.key).toMatch(/\/_\/1\.2\.3\.1\.1\.1\.dcm$/);
    expect(instance).toMatchObject(metadata);
    const stored = rig.store.objects.get(instance?.key ?? '')?.bytes ?? new Uint8Array();
    expect(Buffer.compare(stored, part10Of(metadata, dataSet))).toBe(0);
  });

  it('may have its UIDs where nobody looks for them', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: 17 * 1024 * 1024 });
    expect(await receiveWhole(metadata, dataSet)).toBeUndefined();
    const [instance] = await sealedInstances();
    expect(instance).toMatchObject({ sopInstanceUid: metadata.sopInstanceUid, seriesInstanceUid: '' });
  });

  it.each(['', 'CT\\1', 'CTÉ', 'A\u0001B'])('may come from a peer that calls itself %j', async (callingAeTitle) => {
    const metadata = sampleMetadata(1, { callingAeTitle });
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    const [instance] = await sealedInstances();
    expect(instance?.callingAeTitle).toBe(callingAeTitle);
    const stored = rig.store.objects.get(instance?.key ?? '')?.bytes ?? new Uint8Array();
    expect(readFileMeta(stored)).toMatchObject({
      state: 'meta',
      meta: { mediaStorageSopInstanceUid: metadata.sopInstanceUid },
    });
  });

  it('is told with its size and how long it took', async () => {
    const metadata = sampleMetadata(1);
    const reception = receive(requestOf(metadata));
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
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await sealedInstances()).toHaveLength(1);
    expect(rig.store.keys('batches/')).toHaveLength(1);
    expect(rig.eventsOf('instance-stored').map((event) => 'outcome' in event && event.outcome)).toEqual([
      'kept',
      'identical',
    ]);
  });

  it('is kept once when both come at the same time', async () => {
    const receptions = [receive(requestOf(metadata)), receive(requestOf(metadata))];
    for (const reception of receptions) reception.write(sampleDataSet(metadata));
    expect(await Promise.all(receptions.map((reception) => reception.finish()))).toEqual([undefined, undefined]);
    expect(await sealedInstances()).toHaveLength(1);
    expect(rig.store.keys('batches/')).toHaveLength(1);
  });

  it('is kept twice when its bytes differ, and that is told', async () => {
    await receiveWhole(metadata, sampleDataSet(metadata));
    await receiveWhole(metadata, other);
    const instances = await sealedInstances();
    expect(instances.map(({ key }) => key.slice(key.lastIndexOf('/')))).toEqual([
      '/1.2.3.1.1.1.dcm',
      '/1.2.3.1.1.1~1.dcm',
    ]);
    expect(rig.store.keys('batches/')).toEqual(instances.map(({ key }) => key));
    expect(rig.eventsOf('instance-differs')).toHaveLength(1);
  });

  it('is told to differ only when something was kept beside the other', async () => {
    await receiveWhole(metadata, sampleDataSet(metadata));
    await receiveWhole(metadata, other);
    await receiveWhole(metadata, sampleDataSet(metadata));
    expect(rig.eventsOf('instance-differs')).toHaveLength(1);
  });
});

describe('an instance that is refused', () => {
  it.each([
    ['sopInstanceUid', refusals.sopInstanceDiffers],
    ['sopClassUid', refusals.sopClassDiffers],
  ] as const)('has another %s than its request', async (field, refusal) => {
    const metadata = sampleMetadata(1);
    const request = { ...requestOf(metadata), [field]: '1.2.3.9' };
    expect(await receiveWhole(metadata, sampleDataSet(metadata), request)).toEqual(refusal);
    expect(refusal.status).toBe(0xa900);
    await expectNothingKept();
  });

  it('says so although its object was begun already', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: LATER_THAN_HELD_BYTES });
    const request = { ...requestOf(metadata), sopInstanceUid: '1.2.3.9' };
    const reception = receive(request);
    await reception.write(dataSet.subarray(0, LATER_THAN_HELD_BYTES));
    await reception.write(dataSet.subarray(LATER_THAN_HELD_BYTES));
    expect(await reception.finish()).toEqual(refusals.sopInstanceDiffers);
    await expectNothingKept();
  });

  it.each(transferSyntaxUids)('ends in the middle of an element: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { transferSyntaxUid });
    const dataSet = sampleDataSet(metadata, { without: ['seriesInstanceUid'], pixels: new Uint8Array(0) });
    const refusal = await receiveWhole(metadata, dataSet.subarray(0, 60));
    expect(refusal).toMatchObject({ status: 0xc000, code: 'DATA_SET_UNREADABLE' });
    await expectNothingKept();
  });

  it('cannot be inflated', async () => {
    const metadata = sampleMetadata(1, { transferSyntaxUid: deflatedUid });
    const reception = receive(requestOf(metadata));
    await reception.write(Buffer.alloc(100, 0xff));
    await reception.write(Buffer.alloc(100, 0xff));
    expect(await reception.finish()).toMatchObject({ status: 0xc000, comment: 'Cannot understand: deflate-corrupt' });
    await expectNothingKept();
  });

  it('is of a transfer syntax that nobody knows', async () => {
    const metadata = sampleMetadata(1, { transferSyntaxUid: '1.2.3' });
    expect(await receiveWhole(metadata, Buffer.alloc(64))).toMatchObject({ status: 0xc000 });
    await expectNothingKept();
  });

  it.each(transferSyntaxUids)('has letters in its UID: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { sopInstanceUid: '1.2.x', transferSyntaxUid });
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toEqual(refusals.uidUnusable);
    expect(refusals.uidUnusable.status).toBe(0x0117);
    await expectNothingKept();
  });

  it('is told with its code, once, and without anything of the patient', async () => {
    const metadata = sampleMetadata(1);
    await receiveWhole(metadata, sampleDataSet(metadata), { ...requestOf(metadata), sopInstanceUid: '1.9' });
    expect(rig.eventsOf('instance-refused')).toMatchObject([{ status: 0xa900, code: 'SOP_INSTANCE_DIFFERS' }]);
    expect(JSON.stringify(rig.events)).not.toContain('SYNTHETIC');
  });

  it('takes no more memory for what still comes', async () => {
    const metadata = sampleMetadata(1);
    const reception = receive({ ...requestOf(metadata), sopInstanceUid: '1.9' });
    reception.write(sampleDataSet(metadata));
    for (let piece = 0; piece < 10; piece++) expect(reception.write(new Uint8Array(1_000))).toBeUndefined();
    await reception.finish();
    expect(rig.store.calls).toEqual([]);
  });
});

describe('a store that fails', () => {
  const metadata = sampleMetadata(1);

  it.each(['fail', 'loseAnswer'] as const)('refuses and leaves nothing behind: commit %s', async (how) => {
    rig.store.disturb = ({ operation }) => (operation === 'commit' ? { [how]: 'STORE_TIMEOUT' } : undefined);
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({
      status: 0xa700,
      code: 'STORE_TIMEOUT',
    });
    await expectNothingKept();
  });

  it('refuses when the lease cannot be opened, and leaves nothing behind', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'put' ? { fail: 'STORE_DENIED' } : undefined);
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({
      status: 0xa700,
      code: 'STORE_DENIED',
    });
    await expectNothingKept();
  });

  it('lets the same instance be kept when it comes again', async () => {
    rig.store.disturb = ({ operation }) => (operation === 'commit' ? { fail: 'STORE_UNAVAILABLE' } : undefined);
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toMatchObject({ status: 0xa700 });
    rig.store.disturb = () => undefined;
    expect(await receiveWhole(metadata, sampleDataSet(metadata))).toBeUndefined();
    expect(await sealedInstances()).toHaveLength(1);
  });

  it('refuses when writing fails in the middle', async () => {
    const fault = new StoreFault('STORE_FULL', 'full', { retryable: true });
    const store = storeWith({ write: () => Promise.reject(fault) });
    const reception = receive(requestOf(metadata), store);
    await reception.write(sampleDataSet(metadata));
    await reception.write(Buffer.from('more'));
    expect(await reception.finish()).toMatchObject({ status: 0xa700, code: 'STORE_FULL' });
    await expectNothingKept();
  });
});

/** The rig's store with writers that are partly other. */
function storeWith(changes: Partial<ReturnType<ObjectStore['create']>>): ObjectStore {
  const create: ObjectStore['create'] = (key, metadata) => ({ ...rig.store.create(key, metadata), ...changes });
  return new Proxy<ObjectStore>(rig.store, {
    get: (target, name) => (name === 'create' ? create : Reflect.get(target, name)),
  });
}

describe('a slow store', () => {
  it('holds the sender until it wants more, and gets the bytes in order all the same', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata);
    const drained = Promise.withResolvers<void>();
    const written: Uint8Array[] = [];
    const store = storeWith({
      write: (bytes) => {
        written.push(bytes);
        return drained.promise;
      },
    });
    const reception = receive(requestOf(metadata), store);
    const first = reception.write(dataSet);
    const second = reception.write(Buffer.from('second'));
    let released = false;
    first?.then(() => {
      released = true;
    });
    await settled();
    expect([released, written.length]).toEqual([false, 1]);
    drained.resolve();
    await Promise.all([first, second]);
    expect(Buffer.concat(written).subarray(-6).toString()).toBe('second');
    await reception.cancel();
  });

  it('is waited for by the end of the data set', async () => {
    const metadata = sampleMetadata(1);
    const drained = Promise.withResolvers<void>();
    const reception = receive(requestOf(metadata), storeWith({ write: () => drained.promise }));
    reception.write(sampleDataSet(metadata));
    const finishing = reception.finish();
    await settled();
    expect(rig.store.calls.filter((call) => call.startsWith('commit'))).toEqual([]);
    drained.resolve();
    expect(await finishing).toBeUndefined();
  });
});

describe('an association that ends in the middle', () => {
  it.each(transferSyntaxUids)('leaves nothing of its instance: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { transferSyntaxUid });
    for (const length of [0, 20, 10_000]) {
      const reception = receive(requestOf(metadata));
      reception.write(sampleDataSet(metadata, { pixels: new Uint8Array(20_000) }).subarray(0, length));
      await reception.cancel();
    }
    await expectNothingKept();
    expect(rig.eventsOf('instance-stored')).toEqual([]);
    expect(rig.eventsOf('instance-refused')).toEqual([]);
  });
});

describe('refusalFor', () => {
  it.each(['STORE_UNAVAILABLE', 'STORE_FULL', 'STORE_DENIED', 'STORE_TIMEOUT', 'STORE_CORRUPT'] as StoreFaultCode[])(
    'tells the modality to keep its copy: %s',
    (code) => {
      const refusal = refusalFor(new StoreFault(code, 'internal detail', { retryable: true }));
      expect(refusal).toMatchObject({ status: 0xa700, code });
      expect(refusal.comment).not.toContain('internal');
    },
  );

  it('is a processing failure for the unexpected', () => {
    expect(refusalFor(new TypeError('x'))).toEqual({
      status: 0x0110,
      code: 'PROCESSING_FAILURE',
      comment: 'Processing failure',
    });
  });

  it('fits every comment into an Error Comment', () => {
    const all = [
      refusals.unreadable('x'.repeat(100)),
      refusals.sopClassDiffers,
      refusals.sopInstanceDiffers,
      refusals.uidUnusable,
    ];
    for (const { comment } of all) expect(comment.length).toBeLessThanOrEqual(64);
  });
});

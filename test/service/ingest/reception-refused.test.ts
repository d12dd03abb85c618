import { beforeEach, describe, expect, it } from 'vitest';
import { StoreFault, type StoreFaultCode } from '../../../core/object-store.ts';
import { refusalFor, refusals } from '../../../service/ingest/refusal.ts';
import { deflatedUid, sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { LATER_THAN_HELD_BYTES, ReceptionRig, requestOf, transferSyntaxUids } from './reception-rig.ts';

let rig: ReceptionRig;
beforeEach(() => {
  rig = new ReceptionRig();
});

describe('an instance that is refused', () => {
  it.each([
    ['sopInstanceUid', refusals.sopInstanceDiffers],
    ['sopClassUid', refusals.sopClassDiffers],
  ] as const)('has another %s than its request', async (field, refusal) => {
    const metadata = sampleMetadata(1);
    const request = { ...requestOf(metadata), [field]: '1.2.3.9' };
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata), request)).toEqual(refusal);
    expect(refusal.status).toBe(0xa900);
    await rig.expectNothingKept();
  });

  it('says so although its object was begun already', async () => {
    const metadata = sampleMetadata(1);
    const dataSet = sampleDataSet(metadata, { fillerBytes: LATER_THAN_HELD_BYTES });
    const request = { ...requestOf(metadata), sopInstanceUid: '1.2.3.9' };
    const reception = rig.receive(request);
    await reception.write(dataSet.subarray(0, LATER_THAN_HELD_BYTES));
    await reception.write(dataSet.subarray(LATER_THAN_HELD_BYTES));
    expect(await reception.finish()).toEqual(refusals.sopInstanceDiffers);
    await rig.expectNothingKept();
  });

  it.each(transferSyntaxUids)('ends in the middle of an element: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { transferSyntaxUid });
    const dataSet = sampleDataSet(metadata, { without: ['seriesInstanceUid'], pixels: new Uint8Array(0) });
    const refusal = await rig.receiveWhole(metadata, dataSet.subarray(0, 60));
    expect(refusal).toMatchObject({ status: 0xc000, code: 'DATA_SET_UNREADABLE' });
    await rig.expectNothingKept();
  });

  it('cannot be inflated', async () => {
    const metadata = sampleMetadata(1, { transferSyntaxUid: deflatedUid });
    const reception = rig.receive(requestOf(metadata));
    await reception.write(Buffer.alloc(100, 0xff));
    await reception.write(Buffer.alloc(100, 0xff));
    expect(await reception.finish()).toMatchObject({ status: 0xc000, comment: 'Cannot understand: deflate-corrupt' });
    await rig.expectNothingKept();
  });

  it('is of a transfer syntax that nobody knows', async () => {
    const metadata = sampleMetadata(1, { transferSyntaxUid: '1.2.3' });
    expect(await rig.receiveWhole(metadata, Buffer.alloc(64))).toMatchObject({ status: 0xc000 });
    await rig.expectNothingKept();
  });

  it.each(transferSyntaxUids)('has letters in its UID: %s', async (transferSyntaxUid) => {
    const metadata = sampleMetadata(1, { sopInstanceUid: '1.2.x', transferSyntaxUid });
    expect(await rig.receiveWhole(metadata, sampleDataSet(metadata))).toEqual(refusals.uidUnusable);
    expect(refusals.uidUnusable.status).toBe(0x0117);
    await rig.expectNothingKept();
  });

  it('is told with its code, once, and without anything of the patient', async () => {
    const metadata = sampleMetadata(1);
    await rig.receiveWhole(metadata, sampleDataSet(metadata), { ...requestOf(metadata), sopInstanceUid: '1.9' });
    expect(rig.eventsOf('instance-refused')).toMatchObject([{ status: 0xa900, code: 'SOP_INSTANCE_DIFFERS' }]);
    expect(JSON.stringify(rig.events)).not.toContain('SYNTHETIC');
  });

  it('takes no more memory for what still comes', async () => {
    const metadata = sampleMetadata(1);
    const reception = rig.receive({ ...requestOf(metadata), sopInstanceUid: '1.9' });
    reception.write(sampleDataSet(metadata));
    for (let piece = 0; piece < 10; piece++) expect(reception.write(new Uint8Array(1_000))).toBeUndefined();
    await reception.finish();
    expect(rig.store.calls).toEqual([]);
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

import { beforeEach, describe, expect, it } from 'vitest';
import { attributeLimits, importableTransferSyntaxes, importJobLimits } from '../../../core/healthimaging.ts';
import { statusNameOf } from '../../../service/dicom/dimse/status.ts';
import { fewestCharacters } from '../../../service/ingest/checks/characters.ts';
import { ImportCheck, type ImportCheckPolicy } from '../../../service/ingest/checks/import-check.ts';
import { boundedAttributes, requiredUids, tooLarge } from '../../../service/ingest/checks/import-problem.ts';
import { sampleDataSet } from '../../support/sample-data-set.ts';
import { sampleMetadata } from '../../support/sample-metadata.ts';
import { dataSetBytes } from '../dicom/dataset-bytes.ts';
import { ReceptionRig } from './reception-rig.ts';

const explicit = '1.2.840.10008.1.2.1';
const sound = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '1.2.3.4',
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.1',
  modality: 'CT',
  specificCharacterSet: undefined,
};

function check(header: Partial<typeof sound> | object = {}, lengths: Readonly<Record<number, number>> = {}) {
  const checked = new ImportCheck('reject', explicit);
  for (const [tag, length] of Object.entries(lengths)) checked.lengths?.note(Number(tag), length);
  const refusal = checked.header({ ...sound, ...header });
  return { refusal, codes: checked.problems.map(({ code }) => code) };
}

describe('an import check', () => {
  it('has nothing to say of a sound instance', () => {
    expect(check()).toEqual({ refusal: undefined, codes: [] });
  });

  it.each(requiredUids)('refuses an instance without $field', ({ field, problem }) => {
    expect(check({ [field]: undefined })).toEqual({ refusal: problem.refusal, codes: ['ATTRIBUTE_MISSING'] });
  });

  it.each(boundedAttributes)('refuses a $keyword of more than $maxCharacters', ({ tag, maxCharacters, problem }) => {
    expect(check({}, { [tag]: maxCharacters })).toEqual({ refusal: undefined, codes: [] });
    expect(check({}, { [tag]: maxCharacters + 2 })).toEqual({ refusal: problem.refusal, codes: ['VALUE_TOO_LONG'] });
  });

  it('gives every reason a status and words of its own, as the standard allows them', () => {
    const refusals = [...requiredUids, ...boundedAttributes].map(({ problem }) => problem.refusal);
    refusals.push(tooLarge.refusal);
    expect(new Set(refusals.map(({ status }) => status)).size).toBe(refusals.length);
    for (const { status, comment } of refusals) {
      expect(statusNameOf(status)).toBe('cannotUnderstand');
      expect(comment.length).toBeLessThanOrEqual(64);
    }
  });

  it('counts characters, not bytes, where the character set has several bytes to one', () => {
    const name = 0x00100010;
    expect(check({ specificCharacterSet: 'ISO_IR 100' }, { [name]: 300 }).codes).toEqual(['VALUE_TOO_LONG']);
    expect(check({ specificCharacterSet: 'ISO_IR 192' }, { [name]: 300 }).codes).toEqual([]);
    expect(check({ specificCharacterSet: 'ISO_IR 192' }, { [name]: 1_026 }).codes).toEqual(['VALUE_TOO_LONG']);
    // Dates are ASCII whatever the character set.
    expect(check({ specificCharacterSet: 'ISO_IR 192' }, { 524320: 20 }).codes).toEqual(['VALUE_TOO_LONG']);
  });

  it.each([
    [undefined, 10],
    ['ISO_IR 100', 10],
    ['GB18030', 3],
    ['GBK', 5],
    ['\\ISO 2022 IR 87', 2],
  ])('takes ten bytes in %s for at least %i characters', (characterSet, characters) => {
    expect(fewestCharacters(10, characterSet)).toBe(characters);
  });

  it.each(['1.2.03', '1..2', '1.2.', '1', 'x.1', `1.${'2'.repeat(63)}`])(
    'tells of a UID such as %s, and keeps it',
    (uid) => {
      expect(check({ studyInstanceUid: uid })).toEqual({ refusal: undefined, codes: ['UID_MALFORMED'] });
    },
  );

  it('tells of a transfer syntax that is imported as a blob, and keeps it', () => {
    const of = (transferSyntaxUid: string) => {
      const checked = new ImportCheck('reject', transferSyntaxUid);
      return { refusal: checked.header(sound), codes: checked.problems.map(({ code }) => code) };
    };
    expect(of('1.2.840.10008.1.2.4.110')).toEqual({ refusal: undefined, codes: ['TRANSFER_SYNTAX_NOT_IMPORTED'] });
    for (const uid of importableTransferSyntaxes) expect(of(uid).codes).toEqual([]);
  });

  it('refuses what is larger than an import takes, as soon as it is', () => {
    const checked = new ImportCheck('reject', explicit);
    expect(checked.received(importJobLimits.maxInstanceBytes)).toBe(undefined);
    expect(checked.received(1)).toBe(tooLarge.refusal);
  });

  it('has its table in ascending order of tags', () => {
    const tags = attributeLimits.map(({ tag }) => tag);
    expect(tags).toEqual([...tags].sort((a, b) => a - b));
  });
});

describe('a reception that checks', () => {
  let rig: ReceptionRig;
  beforeEach(() => {
    rig = new ReceptionRig();
  });

  const metadata = sampleMetadata(1);
  const longName = Buffer.concat([
    dataSetBytes([{ tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' }], 'explicit-vr-little-endian'),
    sampleDataSet(metadata, { pixels: Buffer.alloc(0) }).subarray(0, -12),
  ]);
  const tooLong = (() => {
    const marker = longName.indexOf('SYNTHETIC^PATIENT ');
    const header = dataSetBytes([{ tag: 0x00100010, vr: 'PN', value: 'S'.repeat(258) }], 'explicit-vr-little-endian');
    return Buffer.concat([longName.subarray(0, marker - 8), header, longName.subarray(marker + 18)]);
  })();

  const receive = async (policy: ImportCheckPolicy, dataSet: Uint8Array) => {
    rig.importChecks = policy;
    return rig.receiveWhole(metadata, dataSet);
  };

  it('refuses by reject, with the element and no word of the patient', async () => {
    const refusal = await receive('reject', tooLong);
    expect(refusal).toEqual({
      status: 0xc026,
      code: 'VALUE_TOO_LONG',
      comment: 'PatientName is longer than the 256 characters imported',
      offendingElements: [0x00100010],
    });
    expect(JSON.stringify(rig.events)).not.toContain('SSSS');
    await rig.expectNothingKept();
  });

  it('keeps and tells once by warn', async () => {
    expect(await receive('warn', tooLong)).toBe(undefined);
    expect(rig.eventsOf('import-doubtful')).toMatchObject([{ code: 'VALUE_TOO_LONG', severity: 'fails' }]);
    expect(await rig.sealedInstances()).toHaveLength(1);
  });

  it('keeps and tells nothing by accept', async () => {
    expect(await receive('accept', tooLong)).toBe(undefined);
    expect(rig.eventsOf('import-doubtful')).toEqual([]);
    expect(await rig.sealedInstances()).toHaveLength(1);
  });

  it.each(['accept', 'warn', 'reject'] as const)('keeps what is sound, untouched, by %s', async (policy) => {
    const dataSet = sampleDataSet(metadata);
    expect(await receive(policy, dataSet)).toBe(undefined);
    expect(rig.eventsOf('import-doubtful')).toEqual([]);
    const [instance] = await rig.sealedInstances();
    const stored = rig.store.objects.get(instance?.key ?? '')?.bytes ?? new Uint8Array();
    expect(Buffer.from(stored).subarray(-dataSet.length).equals(dataSet)).toBe(true);
  });

  it('refuses what lacks its study by reject, once the end has shown it', async () => {
    const dataSet = sampleDataSet(metadata, { without: ['studyInstanceUid'] });
    expect(await receive('reject', dataSet)).toMatchObject({ status: 0xc013, offendingElements: [0x0020000d] });
    await rig.expectNothingKept();
  });
});

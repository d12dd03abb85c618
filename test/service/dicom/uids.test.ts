import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { retiredStorageSopClasses } from '../../../service/dicom/uids/retired-storage-sop-classes.ts';
import { storageSopClasses } from '../../../service/dicom/uids/storage-sop-classes.ts';
import { transferSyntaxes } from '../../../service/dicom/uids/transfer-syntaxes.ts';
import {
  isStorageSopClass,
  sopClassKeyword,
  storageCommitmentPushModelSopClassUid,
  verificationSopClassUid,
} from '../../../service/dicom/uids.ts';

const dimse = createRequire(import.meta.url)('dcmjs-dimse');

describe('SOP Classes', () => {
  it('are UIDs with a keyword, each once', () => {
    const all = [...storageSopClasses, ...retiredStorageSopClasses];
    expect(all).toHaveLength(211);
    expect(new Set(all.map(([uid]) => uid)).size).toBe(211);
    expect(new Set(all.map(([, keyword]) => keyword)).size).toBe(211);
    for (const [uid, keyword] of all) {
      expect(uid).toMatch(/^1\.2\.840\.10008\.5\.1(\.(0|[1-9]\d*))+$/);
      expect(keyword).toMatch(/^[A-Z]\w*Storage(Trial|Retired|ForPresentation|ForProcessing)?$/);
    }
  });

  it('include all that an independent library knows', () => {
    const known: string[] = Object.values(dimse.constants.StorageClass);
    expect(known.length).toBeGreaterThan(50);
    expect(known.filter((uid) => !isStorageSopClass(uid))).toEqual([]);
  });

  it('are told from those that store nothing', () => {
    expect(isStorageSopClass('1.2.840.10008.5.1.4.1.1.2')).toBe(true);
    expect(isStorageSopClass('1.2.840.10008.5.1.4.1.1.5')).toBe(true);
    // Verification, Storage Commitment, DICOMDIR, Patient Root FIND, Protocol Approval FIND, Siemens private.
    for (const uid of [
      verificationSopClassUid,
      storageCommitmentPushModelSopClassUid,
      '1.2.840.10008.1.3.10',
      '1.2.840.10008.5.1.4.1.2.1.1',
      '1.2.840.10008.5.1.4.1.1.200.4',
      '1.3.12.2.1107.5.9.1',
    ]) {
      expect(isStorageSopClass(uid)).toBe(false);
    }
  });

  it('are named by keyword', () => {
    expect(sopClassKeyword('1.2.840.10008.5.1.4.1.1.2')).toBe('CTImageStorage');
    expect(sopClassKeyword('1.2.840.10008.5.1.4.1.1.6')).toBe('UltrasoundImageStorageRetired');
    expect(sopClassKeyword(verificationSopClassUid)).toBe('Verification');
    expect(sopClassKeyword('1.2.3')).toBeUndefined();
  });
});

describe('transfer syntaxes', () => {
  it('are each there once, by UID', () => {
    expect(transferSyntaxes.size).toBe(57);
    for (const [uid, transferSyntax] of transferSyntaxes) expect(transferSyntax.uid).toBe(uid);
  });

  it.each([
    ['1.2.840.10008.1.2', 'ImplicitVRLittleEndian', 'implicit-vr-little-endian', false, false],
    ['1.2.840.10008.1.2.1', 'ExplicitVRLittleEndian', 'explicit-vr-little-endian', false, false],
    ['1.2.840.10008.1.2.1.99', 'DeflatedExplicitVRLittleEndian', 'explicit-vr-little-endian', true, false],
    ['1.2.840.10008.1.2.2', 'ExplicitVRBigEndian', 'explicit-vr-big-endian', false, false],
    ['1.2.840.10008.1.2.4.90', 'JPEG2000Lossless', 'explicit-vr-little-endian', false, true],
    ['1.2.840.10008.1.2.4.94', 'JPIPReferenced', 'explicit-vr-little-endian', false, false],
    ['1.2.840.10008.1.2.4.202', 'HTJ2KLosslessRPCL', 'explicit-vr-little-endian', false, true],
    ['1.2.840.10008.1.2.8.1', 'DeflatedImageFrameCompression', 'explicit-vr-little-endian', false, true],
  ])('%s is %s', (uid, keyword, encoding, deflated, encapsulated) => {
    expect(transferSyntaxes.get(uid)).toEqual({ uid, keyword, encoding, deflated, encapsulated });
  });
});

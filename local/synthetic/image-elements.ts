import type { DataElement } from './data-set-writer.ts';
import type { ImageKind, SyntheticModality } from './image-kind.ts';

/** Everything a synthetic image states about itself but its pixels. */
export interface ImageDescription {
  readonly kind: ImageKind;
  readonly modality: SyntheticModality;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly sopInstanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
}

const sliceDistanceMm = 5;

/** The elements of the image before its pixel data, module by module (PS3.3 A.3, A.4, A.7). */
export function imageElements(image: ImageDescription): readonly DataElement[] {
  return [
    ...patientAndStudy(image.studyInstanceUid),
    ...series(image),
    ...(image.kind.isPlaced ? imagePlane(image) : []),
    ...imagePixel(image),
    ...image.kind.elements,
    { tag: 0x00080016, vr: 'UI', value: image.kind.sopClassUid },
    { tag: 0x00080018, vr: 'UI', value: image.sopInstanceUid },
    { tag: 0x00200013, vr: 'IS', value: String(image.instanceNumber) },
  ];
}

function patientAndStudy(studyInstanceUid: string): readonly DataElement[] {
  return [
    { tag: 0x00080020, vr: 'DA', value: '20200101' },
    { tag: 0x00080030, vr: 'TM', value: '120000' },
    { tag: 0x00080050, vr: 'SH', value: '' },
    { tag: 0x00080090, vr: 'PN', value: '' },
    { tag: 0x00081030, vr: 'LO', value: 'Synthetic study' },
    { tag: 0x00100010, vr: 'PN', value: 'SYNTHETIC^DEMO' },
    { tag: 0x00100020, vr: 'LO', value: 'SYN-0001' },
    { tag: 0x00100030, vr: 'DA', value: '' },
    { tag: 0x00100040, vr: 'CS', value: 'O' },
    { tag: 0x0020000d, vr: 'UI', value: studyInstanceUid },
    { tag: 0x00200010, vr: 'SH', value: 'SYN' },
  ];
}

function series(image: ImageDescription): readonly DataElement[] {
  return [
    { tag: 0x00080060, vr: 'CS', value: image.modality },
    { tag: 0x00080070, vr: 'LO', value: 'SYNTHETIC' },
    { tag: 0x00180015, vr: 'CS', value: 'HEAD' },
    { tag: 0x0020000e, vr: 'UI', value: image.seriesInstanceUid },
    { tag: 0x00200011, vr: 'IS', value: String(image.seriesNumber) },
  ];
}

function imagePlane(image: ImageDescription): readonly DataElement[] {
  const sliceMm = (image.instanceNumber - 1) * sliceDistanceMm;
  return [
    { tag: 0x00180050, vr: 'DS', value: String(sliceDistanceMm) },
    { tag: 0x00185100, vr: 'CS', value: 'HFS' },
    { tag: 0x00200032, vr: 'DS', value: `0\\0\\${sliceMm}` },
    { tag: 0x00200037, vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: 0x00200052, vr: 'UI', value: image.frameOfReferenceUid },
    { tag: 0x00201040, vr: 'LO', value: '' },
    { tag: 0x00280030, vr: 'DS', value: '1\\1' },
  ];
}

function imagePixel(image: ImageDescription): readonly DataElement[] {
  const bits = image.kind.bytesPerPixel * 8;
  const elements: readonly DataElement[] = [
    { tag: 0x00280002, vr: 'US', value: 1 },
    { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
    { tag: 0x00280010, vr: 'US', value: image.rows },
    { tag: 0x00280011, vr: 'US', value: image.columns },
    { tag: 0x00280100, vr: 'US', value: bits },
    { tag: 0x00280101, vr: 'US', value: bits },
    { tag: 0x00280102, vr: 'US', value: bits - 1 },
    { tag: 0x00280103, vr: 'US', value: 0 },
  ];
  return image.kind.isMultiFrame ? [...elements, { tag: 0x00280008, vr: 'IS', value: String(image.frames) }] : elements;
}

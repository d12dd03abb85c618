import type { DataElement, PixelDataVr } from './data-set-writer.ts';

/** Modalities of which synthetic images are made. */
export type SyntheticModality = 'CT' | 'MR' | 'US';

/** What sets the images of one modality apart from those of another. */
export interface ImageKind {
  readonly sopClassUid: string;
  readonly bytesPerPixel: 1 | 2;
  /** Pixel data VR in explicit VR. */
  readonly pixelDataVr: PixelDataVr;
  readonly maxValue: number;
  /** Whether the SOP Class has multi-frame images. */
  readonly isMultiFrame: boolean;
  /** Whether the image has a place in the patient: frame of reference and image plane (PS3.3 C.7.4.1, C.7.6.2). */
  readonly isPlaced: boolean;
  /** Type 1 and 2 elements that only this modality's modules have. */
  readonly elements: readonly DataElement[];
}

/** In CT, 1023 Hounsfield units. */
const brightestWord = 2047;

/** By modality: CT Image (PS3.3 A.3), MR Image (A.4), Ultrasound Multi-frame Image (A.7) Storage. */
export const imageKinds: Readonly<Record<SyntheticModality, ImageKind>> = {
  CT: {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    bytesPerPixel: 2,
    pixelDataVr: 'OW',
    maxValue: brightestWord,
    isMultiFrame: false,
    isPlaced: true,
    elements: [
      { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' },
      { tag: 0x00180060, vr: 'DS', value: '120' },
      { tag: 0x00200012, vr: 'IS', value: '1' },
      { tag: 0x00281050, vr: 'DS', value: '0' },
      { tag: 0x00281051, vr: 'DS', value: '2048' },
      { tag: 0x00281052, vr: 'DS', value: '-1024' },
      { tag: 0x00281053, vr: 'DS', value: '1' },
      { tag: 0x00281054, vr: 'LO', value: 'HU' },
    ],
  },
  MR: {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.4',
    bytesPerPixel: 2,
    pixelDataVr: 'OW',
    maxValue: brightestWord,
    isMultiFrame: false,
    isPlaced: true,
    elements: [
      { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\OTHER' },
      { tag: 0x00180020, vr: 'CS', value: 'SE' },
      { tag: 0x00180021, vr: 'CS', value: 'NONE' },
      { tag: 0x00180022, vr: 'CS', value: '' },
      { tag: 0x00180023, vr: 'CS', value: '2D' },
      { tag: 0x00180080, vr: 'DS', value: '500' },
      { tag: 0x00180081, vr: 'DS', value: '15' },
      { tag: 0x00180091, vr: 'IS', value: '1' },
      { tag: 0x00281050, vr: 'DS', value: '1024' },
      { tag: 0x00281051, vr: 'DS', value: '2048' },
    ],
  },
  US: {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.3.1',
    bytesPerPixel: 1,
    pixelDataVr: 'OB',
    maxValue: 255,
    isMultiFrame: true,
    isPlaced: false,
    elements: [
      { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY' },
      { tag: 0x00181063, vr: 'DS', value: '40' },
      { tag: 0x00200020, vr: 'CS', value: '' },
      { tag: 0x00280009, vr: 'AT', value: 0x00181063 },
      { tag: 0x00282110, vr: 'CS', value: '00' },
    ],
  },
};

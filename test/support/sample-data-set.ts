import { deflateRawSync } from 'node:zlib';
import type { ObjectMetadata } from '../../core/object-store.ts';
import { transferSyntaxes } from '../../service/dicom/uids/transfer-syntaxes.ts';
import { dataSetBytes, type TestElement } from '../service/dicom/dataset-bytes.ts';

export const deflatedUid = '1.2.840.10008.1.2.1.99';

export interface SampleDataSet {
  /** Left out of the data set. */
  readonly without?: readonly ('sopClassUid' | 'sopInstanceUid' | 'studyInstanceUid' | 'seriesInstanceUid')[];
  /** Bytes of a private element between the SOP and the series UID. */
  readonly fillerBytes?: number;
  readonly pixels?: Uint8Array;
}

/** The data set of a small synthetic image, as it is encoded in the transfer syntax that the metadata names. */
export function sampleDataSet(
  of: ObjectMetadata,
  { without = [], fillerBytes = 0, pixels = Buffer.from('pixels') }: SampleDataSet = {},
): Buffer {
  const syntax = transferSyntaxes.get(of.transferSyntaxUid);
  const uid = (tag: number, name: NonNullable<SampleDataSet['without']>[number]): readonly TestElement[] =>
    without.includes(name) ? [] : [{ tag, vr: 'UI', value: even(of[name], '\0') }];
  const elements: readonly TestElement[] = [
    ...uid(0x00080016, 'sopClassUid'),
    ...uid(0x00080018, 'sopInstanceUid'),
    ...(fillerBytes > 0 ? [{ tag: 0x00091001, vr: 'OB', value: new Uint8Array(fillerBytes) }] : []),
    { tag: 0x00100010, vr: 'PN', value: 'SYNTHETIC^PATIENT ' },
    ...uid(0x0020000d, 'studyInstanceUid'),
    ...uid(0x0020000e, 'seriesInstanceUid'),
    { tag: 0x7fe00010, vr: 'OW', value: pixels },
  ];
  const bytes = dataSetBytes(elements, syntax?.encoding ?? 'explicit-vr-little-endian');
  return syntax?.deflated ? deflateRawSync(bytes) : bytes;
}

const even = (text: string, padding: string): string => (text.length % 2 === 0 ? text : text + padding);

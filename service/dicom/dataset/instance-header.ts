/** The identity of an instance as its data set states it. A field that the data set lacks or leaves empty is undefined. */
export interface InstanceHeader {
  readonly sopClassUid: string | undefined;
  readonly sopInstanceUid: string | undefined;
  readonly studyInstanceUid: string | undefined;
  readonly seriesInstanceUid: string | undefined;
  readonly modality: string | undefined;
  /** How its text is encoded (PS3.3 C.12.1.1.2). */
  readonly specificCharacterSet: string | undefined;
}

export type InstanceHeaderField = keyof InstanceHeader;

const fieldsByTag: ReadonlyMap<number, InstanceHeaderField> = new Map([
  [0x00080005, 'specificCharacterSet'],
  [0x00080016, 'sopClassUid'],
  [0x00080018, 'sopInstanceUid'],
  [0x00080060, 'modality'],
  [0x0020000d, 'studyInstanceUid'],
  [0x0020000e, 'seriesInstanceUid'],
]);

/** The header field that a top-level tag holds, if any. */
export function headerFieldOf(tag: number): InstanceHeaderField | undefined {
  return fieldsByTag.get(tag);
}

/** Text of a header value: padding by NUL or space at either end is not part of it (PS3.5 6.2, 9.1). */
export function headerText(value: Uint8Array): string {
  let start = 0;
  let end = value.length;
  while (start < end && isPadding(value[start])) start++;
  while (end > start && isPadding(value[end - 1])) end--;
  return Reflect.apply(String.fromCharCode, undefined, value.subarray(start, end));
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x00;
}

import { createRequire } from 'node:module';

/** An element of the DICOM data dictionary (PS3.6). */
export interface DictionaryEntry {
  readonly keyword: string;
  readonly vr: string;
  /** Whether the dictionary allows more than one value. */
  readonly multiple: boolean;
}

interface DcmjsEntry {
  readonly name: string;
  readonly vr: string;
  readonly vm: string;
}

// dcmjs ships no type declarations.
const dcmjs: { data: { DicomMetaDictionary: { dictionary: Readonly<Record<string, DcmjsEntry | undefined>> } } } =
  createRequire(import.meta.url)('dcmjs');

/** Looks up a tag given as 8 upper-case hex digits; undefined when it is private or unknown. */
export function lookUp(tag: string): DictionaryEntry | undefined {
  const entry = dcmjs.data.DicomMetaDictionary.dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`];
  if (entry === undefined) return undefined;
  // dcmjs marks retired attributes in their keywords; PS3.6 and HealthImaging do not.
  return { keyword: entry.name.replace('RETIRED_', ''), vr: entry.vr, multiple: entry.vm !== '1' };
}

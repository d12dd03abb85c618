import { type Attributes, textOf } from './attributes.ts';
import { DicomFault } from './dicom-fault.ts';
import { type ImportWarning, importWarnings } from './import-warning.ts';

const required = ['TransferSyntaxUID', 'SOPClassUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'];

/**
 * The longest values that an import takes ("DICOM element constraints" of the developer guide), and the longest that
 * the value representation allows (PS3.5 6.2), in characters.
 */
const lengths: readonly (readonly [keyword: string, imported: number, allowed: number])[] = [
  ['PatientName', 256, 194],
  ['PatientID', 256, 64],
  ['PatientBirthDate', 18, 8],
  ['PatientSex', 16, 16],
  ['StudyInstanceUID', 256, 64],
  ['SeriesInstanceUID', 256, 64],
  ['SOPInstanceUID', 256, 64],
  ['StudyID', 256, 16],
  ['StudyDescription', 256, 64],
  ['AccessionNumber', 256, 16],
  ['StudyDate', 18, 8],
  ['StudyTime', 28, 16],
];

/** PS3.5 9.1. */
const uid = /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/;

/**
 * Holds an instance's attributes against the rules of an import.
 * @returns what the import warns of
 * @throws DicomFault ATTRIBUTE_MISSING or VALUE_TOO_LONG when the file is not imported
 */
export function checkInstance(attributes: Attributes): readonly ImportWarning[] {
  for (const keyword of required) {
    if (textOf(attributes, keyword) === '') {
      throw new DicomFault('ATTRIBUTE_MISSING', `DICOM attribute ${keyword} does not exist`);
    }
  }
  const tooLong = lengths.find(([keyword, imported]) => textOf(attributes, keyword).length > imported);
  if (tooLong !== undefined) {
    const [keyword, imported] = tooLong;
    throw new DicomFault('VALUE_TOO_LONG', `DICOM attribute ${keyword} is longer than ${imported} characters`);
  }
  const uids = required.slice(1).map((keyword) => textOf(attributes, keyword));
  return [
    ...(uids.every((value) => uid.test(value)) ? [] : [importWarnings.invalidUidFormat]),
    ...(lengths.every(([keyword, , allowed]) => textOf(attributes, keyword).length <= allowed)
      ? []
      : [importWarnings.invalidValueLength]),
  ];
}

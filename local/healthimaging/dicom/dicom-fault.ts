export type DicomFaultCode = 'NOT_PART_10' | 'TRUNCATED' | 'MALFORMED' | 'ATTRIBUTE_MISSING' | 'VALUE_TOO_LONG';

/** Why a file cannot be imported. The message goes into failure.ndjson. */
export class DicomFault extends Error {
  override readonly name = 'DicomFault';
  readonly code: DicomFaultCode;

  constructor(code: DicomFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

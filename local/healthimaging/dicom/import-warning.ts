/** A line of `warnings` in warning.ndjson ("HealthImaging Warning Codes" of the developer guide). */
export interface ImportWarning {
  readonly warning_reason_code: number;
  readonly type: string;
  readonly message: string;
}

/** The warnings that the emulator gives. The guide names one type and message; the others are modelled on them. */
export const importWarnings = {
  transcodingException: {
    warning_reason_code: 0xb100,
    type: 'TranscodingException',
    message: 'The file was imported but its pixel data does not match its attributes, and is stored as a blob.',
  },
  framesExtractionFailure: {
    warning_reason_code: 0xb110,
    type: 'FramesExtractionFailure',
    message: 'The file was imported but frames could not be told apart in its pixel data.',
  },
  frameNumberMismatch: {
    warning_reason_code: 0xb111,
    type: 'FrameNumberMismatch',
    message: 'The file was imported but NumberOfFrames does not match its pixel data.',
  },
  invalidOffsetTable: {
    warning_reason_code: 0xb112,
    type: 'InvalidOffsetTable',
    message:
      'The file was imported but contains an invalid offset table, may see issues when retrieving certain frames.',
  },
  unsupportedTransferSyntax: {
    warning_reason_code: 0xb120,
    type: 'UnsupportedTransferSyntax',
    message: 'The file was imported but its transfer syntax is not supported, pixel data is stored as a blob.',
  },
  invalidUidFormat: {
    warning_reason_code: 0xb201,
    type: 'InvalidUidFormat',
    message: 'The file was imported but contains a UID that violates its value representation.',
  },
  invalidValueLength: {
    warning_reason_code: 0xb202,
    type: 'InvalidDicomValueLength',
    message: 'The file was imported but contains a value longer than its value representation allows.',
  },
} as const satisfies Readonly<Record<string, ImportWarning>>;

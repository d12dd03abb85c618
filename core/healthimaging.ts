/** Limits of AWS HealthImaging (AWS General Reference, "AWS HealthImaging endpoints and quotas"). */
export const importJobLimits = {
  maxFiles: 5_000,
  maxBytes: 10_000_000_000,
  maxInstanceBytes: 10_000_000_000,
  /** Per datastore; 20 in ap-southeast-2. */
  concurrentJobs: 100,
  startsPerSecond: 1,
  startBurst: 2,
} as const;

/** STOW-RS of HealthImaging ("Storing instances with STOW-RS" of the guide). Its requests a second are not published. */
export const stowLimits = { maxRequestBytes: 1_000_000_000 } as const;

/** The longest value that an import takes of an attribute, in characters ("DICOM element constraints" of the guide). */
export interface AttributeLimit {
  readonly tag: number;
  /** Keyword of PS3.6. */
  readonly keyword: string;
  readonly maxCharacters: number;
  /** Whether (0008,0005) says how its text is encoded; others have one byte a character (PS3.5 6.1.2.3). */
  readonly isExtended: boolean;
}

/** In ascending order of tags. */
export const attributeLimits: readonly AttributeLimit[] = [
  { tag: 0x00080018, keyword: 'SOPInstanceUID', maxCharacters: 256, isExtended: false },
  { tag: 0x00080020, keyword: 'StudyDate', maxCharacters: 18, isExtended: false },
  { tag: 0x00080030, keyword: 'StudyTime', maxCharacters: 28, isExtended: false },
  { tag: 0x00080050, keyword: 'AccessionNumber', maxCharacters: 256, isExtended: true },
  { tag: 0x00081030, keyword: 'StudyDescription', maxCharacters: 256, isExtended: true },
  { tag: 0x00100010, keyword: 'PatientName', maxCharacters: 256, isExtended: true },
  { tag: 0x00100020, keyword: 'PatientID', maxCharacters: 256, isExtended: true },
  { tag: 0x00100030, keyword: 'PatientBirthDate', maxCharacters: 18, isExtended: false },
  { tag: 0x00100040, keyword: 'PatientSex', maxCharacters: 16, isExtended: false },
  { tag: 0x0020000d, keyword: 'StudyInstanceUID', maxCharacters: 256, isExtended: false },
  { tag: 0x0020000e, keyword: 'SeriesInstanceUID', maxCharacters: 256, isExtended: false },
  { tag: 0x00200010, keyword: 'StudyID', maxCharacters: 256, isExtended: true },
];

/**
 * Transfer syntaxes that HealthImaging keeps or transcodes ("Supported transfer syntaxes" of the developer guide), in
 * the order in which this product prefers them when a peer offers several for one context: what is compressed and kept
 * as sent, what is compressed without loss, lossy (only a sender whose pixels are lossy already offers these), then
 * uncompressed.
 */
export const importableTransferSyntaxes = [
  '1.2.840.10008.1.2.4.202',
  '1.2.840.10008.1.2.4.201',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.92',
  '1.2.840.10008.1.2.4.203',
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.93',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.107',
  '1.2.840.10008.1.2.4.108',
  '1.2.840.10008.1.2.4.104',
  '1.2.840.10008.1.2.4.104.1',
  '1.2.840.10008.1.2.4.105',
  '1.2.840.10008.1.2.4.105.1',
  '1.2.840.10008.1.2.4.106',
  '1.2.840.10008.1.2.4.106.1',
  '1.2.840.10008.1.2.4.102',
  '1.2.840.10008.1.2.4.102.1',
  '1.2.840.10008.1.2.4.103',
  '1.2.840.10008.1.2.4.103.1',
  '1.2.840.10008.1.2.4.101',
  '1.2.840.10008.1.2.4.101.1',
  '1.2.840.10008.1.2.4.100',
  '1.2.840.10008.1.2.4.100.1',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.2',
] as const;

/** `<outputS3Uri>/<datastoreId>-DicomImport-<jobId>/`: where a job writes its results ("Understanding import jobs"). */
export function jobOutputUri(outputS3Uri: string, datastoreId: string, jobId: string): string {
  const base = outputS3Uri.endsWith('/') ? outputS3Uri : `${outputS3Uri}/`;
  // GetDICOMImportJob answers the URI with the job's folder, events are seen with and without it.
  return base.includes('-DicomImport-') ? base : `${base}${datastoreId}-DicomImport-${jobId}/`;
}

/** Splits `s3://bucket/key`; undefined when it is no S3 URI. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(uri);
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}

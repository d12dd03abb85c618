/**
 * Storage SOP Classes that PS3.6 Table A-1 (edition 2025b) lists as retired, UID to keyword, in UID order: archives
 * still hold and send them. Two retired entries without a keyword (…5.1.4.1.1.12.77 and …5.1.4.1.1.40) are left out.
 */
export const retiredStorageSopClasses: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.5.1.1.27', 'StoredPrintStorage'],
  ['1.2.840.10008.5.1.1.29', 'HardcopyGrayscaleImageStorage'],
  ['1.2.840.10008.5.1.1.30', 'HardcopyColorImageStorage'],
  ['1.2.840.10008.5.1.4.1.1.3', 'UltrasoundMultiFrameImageStorageRetired'],
  ['1.2.840.10008.5.1.4.1.1.5', 'NuclearMedicineImageStorageRetired'],
  ['1.2.840.10008.5.1.4.1.1.6', 'UltrasoundImageStorageRetired'],
  ['1.2.840.10008.5.1.4.1.1.8', 'StandaloneOverlayStorage'],
  ['1.2.840.10008.5.1.4.1.1.9', 'StandaloneCurveStorage'],
  ['1.2.840.10008.5.1.4.1.1.9.1', 'WaveformStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.10', 'StandaloneModalityLUTStorage'],
  ['1.2.840.10008.5.1.4.1.1.11', 'StandaloneVOILUTStorage'],
  ['1.2.840.10008.5.1.4.1.1.12.3', 'XRayAngiographicBiPlaneImageStorage'],
  ['1.2.840.10008.5.1.4.1.1.77.1', 'VLImageStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.77.2', 'VLMultiFrameImageStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.88.1', 'TextSRStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.88.2', 'AudioSRStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.88.3', 'DetailSRStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.88.4', 'ComprehensiveSRStorageTrial'],
  ['1.2.840.10008.5.1.4.1.1.129', 'StandalonePETCurveStorage'],
  ['1.2.840.10008.5.1.4.34.1', 'RTBeamsDeliveryInstructionStorageTrial'],
]);

import type { Encoding } from './element-header.ts';

const explicitLittleEndian: Encoding = { explicitVr: true, littleEndian: true };

export const deflated = '1.2.840.10008.1.2.1.99';
export const explicitBigEndian = '1.2.840.10008.1.2.2';

/** "Supported transfer syntaxes" of the HealthImaging developer guide; anything else is stored as a blob. */
const supported = new Set([
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  deflated,
  explicitBigEndian,
  '1.2.840.10008.1.2.5',
  ...'50 51 57 70 80 81 90 91 92 93 201 202 203'.split(' ').map((suffix) => `1.2.840.10008.1.2.4.${suffix}`),
]);

const video = /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/;

export function isSupported(transferSyntaxUid: string): boolean {
  return supported.has(transferSyntaxUid) || isVideo(transferSyntaxUid);
}

/** Whether all frames are one stream, which has no boundaries between fragments (PS3.5 8.2.5 and following). */
export function isVideo(transferSyntaxUid: string): boolean {
  return video.test(transferSyntaxUid);
}

/** How a data set is encoded (PS3.5 10): all but two transfer syntaxes have Explicit VR Little Endian. */
export function encodingOf(transferSyntaxUid: string): Encoding {
  if (transferSyntaxUid === '1.2.840.10008.1.2') return { explicitVr: false, littleEndian: true };
  if (transferSyntaxUid === explicitBigEndian) return { explicitVr: true, littleEndian: false };
  return explicitLittleEndian;
}

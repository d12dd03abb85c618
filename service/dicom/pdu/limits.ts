import { PeerFault } from '../errors.ts';
import type { PduName } from './codes.ts';

/** Type, a reserved byte, 32-bit length. */
export const pduHeaderBytes = 6;

/** 32-bit length, presentation context ID, message control header. */
export const pdvHeaderBytes = 6;

/** 128 contexts of 40 transfer syntaxes each fit; nothing known to the field comes near. */
const maxAssociateBytes = 256 * 1024;

/** The fixed fields alone. */
const minAssociateBytes = 68;

/** Judges the length a PDU header claims, before a byte of the body is read; throws a PeerFault. */
export function checkPduLength(name: PduName, length: number, maxReceivedPduBytes: number): void {
  switch (name) {
    case 'associate-rq':
    case 'associate-ac':
      checkRange(name, length, minAssociateBytes, maxAssociateBytes);
      break;
    case 'p-data-tf':
      checkRange(name, length, pdvHeaderBytes, maxReceivedPduBytes);
      break;
    case 'associate-rj':
    case 'release-rq':
    case 'release-rp':
    case 'abort':
      checkRange(name, length, 4, 4);
      break;
  }
}

function checkRange(name: PduName, length: number, min: number, max: number): void {
  if (length < min) throw new PeerFault('PDU_LENGTH_INVALID', `${name} of ${length} bytes, at least ${min} expected`);
  if (length > max) throw new PeerFault('PDU_TOO_LARGE', `${name} of ${length} bytes, at most ${max} accepted`);
}

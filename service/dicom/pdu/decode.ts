import { ByteReader, readU32 } from '../bytes/byte-reader.ts';
import { PeerFault } from '../errors.ts';
import { decodeAssociateAc, decodeAssociateRq } from './associate.ts';
import { type AbortCause, pduNameOf } from './codes.ts';
import type { Tolerate } from './leniency.ts';
import { pduHeaderBytes } from './limits.ts';
import type { Pdu, PresentationDataValue } from './types.ts';

/** Decodes one whole PDU, header included; throws a PeerFault. */
export function decodePdu(bytes: Uint8Array, tolerate: Tolerate): Pdu {
  if (bytes.length < pduHeaderBytes || readU32(bytes, 2) !== bytes.length - pduHeaderBytes) {
    throw new PeerFault('PDU_LENGTH_INVALID', `${bytes.length} bytes in all`);
  }
  return decodePduBody(bytes[0] ?? 0, bytes.subarray(pduHeaderBytes), tolerate);
}

/** Decodes the body of a PDU of type `pduType`; throws a PeerFault. */
export function decodePduBody(pduType: number, body: Uint8Array, tolerate: Tolerate): Pdu {
  const reader = new ByteReader(body);
  const type = pduNameOf(pduType);
  switch (type) {
    case 'associate-rq':
      return decodeAssociateRq(body, tolerate);
    case 'associate-ac':
      return decodeAssociateAc(body, tolerate);
    case 'associate-rj':
      reader.skip(1);
      return { type, result: reader.u8(), source: reader.u8(), reason: reader.u8() };
    case 'p-data-tf':
      return { type, values: readValues(reader) };
    case 'release-rq':
    case 'release-rp':
      return { type };
    case 'abort':
      return { type, ...decodeAbort(body) };
    case undefined:
      throw new PeerFault('PDU_TYPE_UNKNOWN', `type ${pduType}`);
  }
}

/** Decodes the body of an A-ABORT (PS3.8 9.3.8). */
export function decodeAbort(body: Uint8Array): AbortCause {
  const reader = new ByteReader(body);
  reader.skip(2);
  return { source: reader.u8(), reason: reader.u8() };
}

function readValues(reader: ByteReader): PresentationDataValue[] {
  const values: PresentationDataValue[] = [];
  while (reader.left > 0) {
    const value = reader.within(reader.u32());
    values.push({ contextId: value.u8(), control: value.u8(), fragment: value.copy(value.left) });
  }
  return values;
}

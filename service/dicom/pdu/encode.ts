import { ByteWriter } from '../bytes/byte-writer.ts';
import { writeAssociateAc, writeAssociateRq } from './associate.ts';
import { pduTypes } from './codes.ts';
import type { Pdu } from './types.ts';

/** Encodes one PDU, header included. */
export function encodePdu(pdu: Pdu): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(pduTypes[pdu.type]).u8(0);
  writer.sized32(() => writeBody(writer, pdu));
  return writer.finish();
}

function writeBody(writer: ByteWriter, pdu: Pdu): void {
  switch (pdu.type) {
    case 'associate-rq':
      writeAssociateRq(writer, pdu);
      break;
    case 'associate-ac':
      writeAssociateAc(writer, pdu);
      break;
    case 'associate-rj':
      writer.u8(0).u8(pdu.result).u8(pdu.source).u8(pdu.reason);
      break;
    case 'p-data-tf':
      for (const { contextId, control, fragment } of pdu.values) {
        writer.sized32(() => writer.u8(contextId).u8(control).bytes(fragment));
      }
      break;
    case 'release-rq':
    case 'release-rp':
      writer.zeros(4);
      break;
    case 'abort':
      writer.zeros(2).u8(pdu.source).u8(pdu.reason);
      break;
  }
}

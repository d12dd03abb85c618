import { ByteWriter } from '../bytes/byte-writer.ts';
import { pduTypes } from './codes.ts';
import { pdvHeaderBytes } from './limits.ts';

/** Message control header (PS3.8 E.2). */
export const controlBits = { command: 0b01, last: 0b10 } as const;

/** The least a fragment can be and still have an even length. */
const minFragmentBytes = 2;

/** The most of a data set of ours that goes into one PDU, whatever the peer would take. */
const maxDataFragmentBytes = 64 * 1024;

/**
 * A command set as P-DATA-TF PDUs, one PDV each, in one piece for one write.
 * `maxPduBytes` is what the peer announced: 0 is unlimited; less than 8 cannot be kept and is taken as 8.
 */
export function encodeCommandPdus(contextId: number, command: Uint8Array, maxPduBytes: number): Uint8Array {
  return encodePdus(contextId, controlBits.command, command, roomIn(maxPduBytes, command.length));
}

/** A data set as P-DATA-TF PDUs, as `encodeCommandPdus` does a command set. */
export function encodeDataPdus(contextId: number, dataSet: Uint8Array, maxPduBytes: number): Uint8Array {
  return encodePdus(contextId, 0, dataSet, Math.min(roomIn(maxPduBytes, dataSet.length), maxDataFragmentBytes));
}

const roomIn = (maxPduBytes: number, wantedBytes: number): number =>
  maxPduBytes === 0 ? wantedBytes : Math.max(minFragmentBytes, (maxPduBytes - pdvHeaderBytes) & ~1);

function encodePdus(contextId: number, kind: number, bytes: Uint8Array, room: number): Uint8Array {
  const writer = new ByteWriter(bytes.length + 12 * Math.ceil(bytes.length / room));
  for (let start = 0; start < bytes.length; start += room) {
    const end = Math.min(start + room, bytes.length);
    writer
      .u8(pduTypes['p-data-tf'])
      .u8(0)
      .u32(pdvHeaderBytes + end - start);
    writer
      .u32(2 + end - start)
      .u8(contextId)
      .u8(kind | (end === bytes.length ? controlBits.last : 0))
      .bytes(bytes.subarray(start, end));
  }
  return writer.finish();
}

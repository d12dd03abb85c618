import { ByteWriter } from '../bytes/byte-writer.ts';
import { pduTypes } from './codes.ts';
import { pdvHeaderBytes } from './limits.ts';

/** Message control header (PS3.8 E.2). */
export const controlBits = { command: 0b01, last: 0b10 } as const;

/** The least a fragment can be and still have an even length. */
const minFragmentBytes = 2;

/**
 * A command set as P-DATA-TF PDUs, one PDV each, in one piece for one write.
 * `maxPduBytes` is what the peer announced: 0 is unlimited; less than 8 cannot be kept and is taken as 8.
 */
export function encodeCommandPdus(contextId: number, command: Uint8Array, maxPduBytes: number): Uint8Array {
  const room = maxPduBytes === 0 ? command.length : Math.max(minFragmentBytes, (maxPduBytes - pdvHeaderBytes) & ~1);
  const writer = new ByteWriter(command.length + 12 * Math.ceil(command.length / room));
  for (let start = 0; start < command.length; start += room) {
    const end = Math.min(start + room, command.length);
    const control = controlBits.command | (end === command.length ? controlBits.last : 0);
    writer
      .u8(pduTypes['p-data-tf'])
      .u8(0)
      .u32(pdvHeaderBytes + end - start);
    writer
      .u32(2 + end - start)
      .u8(contextId)
      .u8(control)
      .bytes(command.subarray(start, end));
  }
  return writer.finish();
}

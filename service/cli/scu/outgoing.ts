import { once } from 'node:events';
import type { Socket } from 'node:net';
import { pduTypes } from '../../dicom/pdu/codes.ts';
import { pduHeaderBytes, pdvHeaderBytes } from '../../dicom/pdu/limits.ts';
import { controlBits } from '../../dicom/pdu/p-data.ts';

const HEADER_BYTES = pduHeaderBytes + pdvHeaderBytes;
/** Longer PDUs make nothing faster. */
const MAX_PDU_BYTES = 256 * 1024;
/** The least a fragment can be and still have an even length. */
const MIN_FRAGMENT_BYTES = 2;

/** A data set where it lies: `read` fills a buffer from a place in it, and answers how many bytes it put there. */
export interface DataSetSource {
  readonly bytes: number;
  readonly read: (into: Uint8Array, at: number) => Promise<number>;
}

/** A data set that is in memory. */
export function dataSetInMemory(dataSet: Uint8Array): DataSetSource {
  return {
    bytes: dataSet.length,
    read: async (into, at) => {
      const part = dataSet.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/**
 * Sends a data set as it is, in P-DATA-TF PDUs no longer than the peer takes. A socket that is full is waited for, so
 * memory does not grow with the data set. Returns early when the connection ends: whoever waits for the answer hears of
 * it.
 * @param maxPduBytes what the peer announced; 0: no limit (PS3.8 D.1)
 */
export async function sendDataSet(
  socket: Socket,
  contextId: number,
  source: DataSetSource,
  maxPduBytes: number,
): Promise<void> {
  const longest = Math.min(maxPduBytes === 0 ? MAX_PDU_BYTES : maxPduBytes, MAX_PDU_BYTES);
  const room = Math.max(MIN_FRAGMENT_BYTES, (longest - pdvHeaderBytes) & ~1);
  for (let at = 0; at === 0 || at < source.bytes; ) {
    const length = Math.min(room, source.bytes - at);
    // A buffer for each PDU: the socket has it until it is flushed.
    const pdu = Buffer.allocUnsafe(HEADER_BYTES + length);
    const read = await fill(source, pdu.subarray(HEADER_BYTES), at);
    if (read < length) throw new Error(`the data set ended at ${at + read} of ${source.bytes} bytes`);
    at += length;
    pdu.writeUInt8(pduTypes['p-data-tf'], 0);
    pdu.writeUInt8(0, 1);
    pdu.writeUInt32BE(pdvHeaderBytes + length, 2);
    pdu.writeUInt32BE(2 + length, 6);
    pdu.writeUInt8(contextId, 10);
    pdu.writeUInt8(at >= source.bytes ? controlBits.last : 0, 11);
    if (!socket.writable) return;
    if (!socket.write(pdu)) await drained(socket);
    if (length === 0) return;
  }
}

async function fill(source: DataSetSource, into: Uint8Array, at: number): Promise<number> {
  let read = 0;
  while (read < into.length) {
    const more = await source.read(into.subarray(read), at + read);
    if (more === 0) break;
    read += more;
  }
  return read;
}

/** Resolves when the socket wants more, or never will. */
async function drained(socket: Socket): Promise<void> {
  const over = new AbortController();
  const options = { signal: over.signal };
  await Promise.race([once(socket, 'drain', options), once(socket, 'close', options)]).catch(() => undefined);
  over.abort();
}

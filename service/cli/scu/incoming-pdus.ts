import type { Socket } from 'node:net';
import { decodePdu } from '../../dicom/pdu/decode.ts';
import { pduHeaderBytes } from '../../dicom/pdu/limits.ts';
import type { Pdu } from '../../dicom/pdu/types.ts';
import { ScuError } from './scu-error.ts';

/** What an answer to a request can be at the most. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** The PDUs that come in, one after the other. */
export async function* incomingPdus(socket: Socket): AsyncGenerator<Pdu> {
  let held = Buffer.alloc(0);
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk]);
    while (held.length >= pduHeaderBytes) {
      const end = pduHeaderBytes + held.readUInt32BE(2);
      if (end > MAX_ANSWER_BYTES) throw new ScuError('PROTOCOL', `an answer of ${end} bytes`, { retryable: false });
      if (held.length < end) break;
      yield decodePdu(held.subarray(0, end), () => undefined);
      held = held.subarray(end);
    }
  }
}

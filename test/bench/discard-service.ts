import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { importableTransferSyntaxes } from '../../core/healthimaging.ts';
import { implementation } from '../../core/implementation.ts';
import { systemClock, systemSchedule } from '../../core/system-clock.ts';
import { Acceptor } from '../../service/dicom/acceptor.ts';
import { createPolicy } from '../../service/dicom/negotiation/policy.ts';
import { isStorageSopClass } from '../../service/dicom/uids.ts';
import { AssociationRecord } from '../../service/net/association-record.ts';
import { BytesInFlight } from '../../service/net/bytes-in-flight.ts';
import { Connection } from '../../service/net/connection.ts';
import { Intake, type Sink } from '../../service/net/intake.ts';

/**
 * The service's sockets and protocol in front of a sink that forgets what it is given: the receive path alone.
 * `--latency` is how long the sink takes to confirm an instance, in milliseconds.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'max-pdu': { type: 'string', default: '131072' },
    latency: { type: 'string', default: '0' },
    window: { type: 'string', default: '1' },
  },
});
const maxPduBytes = Number(values['max-pdu']);
const latencyMs = Number(values.latency);

const sink: Sink = {
  write: () => undefined,
  finish: () =>
    latencyMs > 0 ? new Promise((resolve) => setTimeout(resolve, latencyMs, undefined)) : Promise.resolve(undefined),
  cancel: async () => undefined,
};
const policy = createPolicy({
  isStorage: isStorageSopClass,
  transferSyntaxUids: importableTransferSyntaxes,
  asyncWindow: Number(values.window),
});
const emit = () => undefined;
const bytesInFlight = new BytesInFlight({ maxBytes: 2 ** 30, onSaturation: emit });
const timeouts = {
  artimTimeoutMs: 30_000,
  idleTimeoutMs: 300_000,
  inFlightTimeoutMs: 60_000,
  closeTimeoutMs: 5_000,
};

const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
  return new Connection({
    socket,
    acceptor: new Acceptor({
      maxPduBytes,
      maxReceivedPduBytes: 2 ** 20,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      policy,
    }),
    record: new AssociationRecord({
      associationId: randomUUID(),
      facts: { address: '127.0.0.1' },
      clock: systemClock,
      emit,
    }),
    intake: new Intake({ openSink: () => sink, bytesInFlight }),
    onAccepted: () => undefined,
    onClosed: () => undefined,
    clock: systemClock,
    schedule: systemSchedule,
    timeouts,
    artimLeftMs: timeouts.artimTimeoutMs,
  });
});
server.listen({ port: Number(values.port), host: '127.0.0.1', backlog: 1024 });

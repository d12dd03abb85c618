import type { Socket } from 'node:net';
import type { Clock, Schedule } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { Acceptor } from '../dicom/acceptor.ts';
import { createPolicy } from '../dicom/negotiation/policy.ts';
import { isStorageSopClass } from '../dicom/uids.ts';
import type { Batches } from '../ingest/batches.ts';
import { Reception } from '../ingest/reception.ts';
import type { Emit } from '../telemetry/events.ts';
import type { Admission } from './admission.ts';
import { AssociationRecord } from './association-record.ts';
import { Connection } from './connection.ts';

export interface ReceiverOptions {
  readonly config: Config;
  readonly implementation: { readonly classUid: string; readonly versionName: string };
  /** Transfer syntaxes that are accepted, in order of preference. */
  readonly transferSyntaxUids: readonly string[];
  readonly admission: Admission;
  readonly batches: Batches;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly newId: () => string;
  readonly emit: Emit;
}

/** Makes the connection for each accepted socket: an acceptor, a record of it, and a reception for each instance. */
export function receiver(options: ReceiverOptions): (socket: Socket, peerAddress: string) => Connection {
  const { config, implementation, admission, batches, clock, schedule, emit } = options;
  return (socket, peerAddress) => {
    const associationId = options.newId();
    const record = new AssociationRecord({ associationId, peerAddress, clock, emit });
    const acceptor = new Acceptor({
      maxPduBytes: config.maxPduBytes,
      maxReceivedPduBytes: config.maxReceivedPduBytes,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      policy: createPolicy({
        ...(config.requireCalledAeTitle ? { calledAeTitles: new Set(config.aeTitles) } : {}),
        ...(config.callingAeTitles.length > 0 ? { callingAeTitles: new Set(config.callingAeTitles) } : {}),
        admit: () => (admission.refusalFor(peerAddress) === undefined ? undefined : 'local-limit-exceeded'),
        isStorage: (sopClassUid) => isStorageSopClass(sopClassUid) || isUnlisted(sopClassUid),
        transferSyntaxUids: options.transferSyntaxUids,
      }),
    });
    return new Connection({
      socket,
      acceptor,
      record,
      clock,
      schedule,
      artimTimeoutMs: config.artimTimeoutMs,
      idleTimeoutMs: config.idleTimeoutMs,
      onAccepted: () => admission.enter(peerAddress),
      onClosed: () => {
        admission.leave(peerAddress);
        batches.associationEnded(associationId);
      },
      openSink: (request, { callingAeTitle, calledAeTitle }) => {
        const { sopClassUid, sopInstanceUid, transferSyntaxUid } = request;
        return new Reception(
          { associationId, callingAeTitle, calledAeTitle, sopClassUid, sopInstanceUid, transferSyntaxUid },
          options,
        );
      },
    });
  };
}

/**
 * HealthImaging takes private SOP classes, and storage SOP classes that are younger than our table: the standard numbers
 * them below one root.
 */
const isUnlisted = (sopClassUid: string): boolean =>
  !sopClassUid.startsWith('1.2.840.10008.') || sopClassUid.startsWith('1.2.840.10008.5.1.4.1.1.');

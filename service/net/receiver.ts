import type { Clock, Schedule } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import { defaultRouteName } from '../../core/routes-file.ts';
import type { StorageCommitment } from '../commitment/open-commitment.ts';
import { Acceptor } from '../dicom/acceptor.ts';
import { serviceOf } from '../dicom/dimse/services.ts';
import { acknowledgementOf } from '../dicom/negotiation/acknowledge-identity.ts';
import type { AssociationPolicy } from '../dicom/negotiation/association-policy.ts';
import { createPolicy } from '../dicom/negotiation/policy.ts';
import { contextResults } from '../dicom/pdu/codes.ts';
import { isStorageSopClass } from '../dicom/uids.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Emit } from '../telemetry/events.ts';
import type { Admission } from './admission.ts';
import { AssociationRecord } from './association-record.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import { Connection } from './connection.ts';
import type { Arrival } from './entrance.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { Intake } from './intake.ts';
import type { ListedPeer } from './peer-list.ts';

export interface ReceiverOptions {
  readonly config: Config;
  readonly implementation: { readonly classUid: string; readonly versionName: string };
  /** Transfer syntaxes that are accepted, in order of preference. */
  readonly transferSyntaxUids: readonly string[];
  readonly admission: Admission;
  readonly gatekeeper: Gatekeeper;
  readonly bytesInFlight: BytesInFlight;
  readonly ingest: Ingest;
  /** Undefined: storage commitment is not offered. */
  readonly commitment: StorageCommitment | undefined;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly newId: () => string;
  readonly emit: Emit;
  /** The trace context of an association that was told of, where it is traced. */
  readonly traceparentOf?: ((associationId: string) => string | undefined) | undefined;
}

/** Makes the connection for each arrival: an acceptor, a record of it, and a reception for each instance. */
export function receiver(options: ReceiverOptions): (arrival: Arrival) => Connection {
  const { config, implementation, admission, gatekeeper, bytesInFlight, ingest, commitment, clock, schedule, emit } =
    options;
  const { chooseTransferSyntax } = createPolicy({
    isStorage: (sopClassUid) => isStorageSopClass(sopClassUid) || isUnlisted(sopClassUid),
    transferSyntaxUids: options.transferSyntaxUids,
    storageCommitment: commitment !== undefined,
  });
  return ({ socket, facts, artimLeftMs, seated }) => {
    const associationId = options.newId();
    const record = new AssociationRecord({ associationId, facts, clock, emit });
    let peer: ListedPeer | undefined;
    let route = defaultRouteName;
    let leave: (() => void) | undefined;
    const mayAskForCommitment = () => peer !== undefined || commitment?.allowsUnknownPeers === true;
    const policy: AssociationPolicy = {
      chooseTransferSyntax: (context, request) =>
        serviceOf(context.abstractSyntaxUid) === 'storage-commitment' && commitment && !mayAskForCommitment()
          ? { refuse: contextResults.userRejection }
          : chooseTransferSyntax(context, request),
      decide: (request) => {
        const { callingAeTitle, calledAeTitle, userInformation } = request;
        const { userIdentity } = userInformation;
        const judgement = gatekeeper.judge(facts, { callingAeTitle, calledAeTitle, userIdentity });
        if (!judgement.accepted) {
          record.refusedBy(judgement.because);
          return { reject: judgement.rejection };
        }
        peer = judgement.peer;
        const { strict, asyncWindow } = judgement.terms;
        route = judgement.terms.route;
        const userIdentityResponse = acknowledgementOf(userIdentity);
        return { accept: true, strict, userIdentityResponse, ...(asyncWindow > 1 ? { asyncWindow } : {}) };
      },
    };
    const acceptor = new Acceptor({
      maxPduBytes: config.maxPduBytes,
      maxReceivedPduBytes: config.maxReceivedPduBytes,
      implementationClassUid: implementation.classUid,
      implementationVersionName: implementation.versionName,
      policy,
    });
    const intake = new Intake({
      bytesInFlight,
      openSink: (request, { callingAeTitle, calledAeTitle }) => {
        const { sopClassUid, sopInstanceUid, transferSyntaxUid } = request;
        const traceparent = options.traceparentOf?.(associationId);
        const instance = { associationId, callingAeTitle, calledAeTitle, sopClassUid, sopInstanceUid };
        return ingest.receive({ ...instance, transferSyntaxUid, traceparent }, route);
      },
    });
    return new Connection({
      socket,
      acceptor,
      record,
      intake,
      commitment:
        commitment &&
        ((action, dataSet, { callingAeTitle, calledAeTitle }, channel) =>
          commitment.request(
            action,
            dataSet,
            { associationId, callingAeTitle, calledAeTitle, address: facts.address },
            channel,
          )),
      clock,
      schedule,
      timeouts: config,
      artimLeftMs,
      onAccepted: () => {
        seated();
        leave = admission.enter(facts.address, peer);
      },
      onClosed: () => {
        leave?.();
        ingest.associationEnded(associationId);
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

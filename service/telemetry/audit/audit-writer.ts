import type { AssociationFields } from '../events.ts';
import {
  type AuditMessage,
  type AuditOutcome,
  type AuditParticipant,
  auditCodes,
  type CodedValue,
} from './audit-message.ts';
import type { Transfer } from './transfers.ts';

/** Who writes the audit trail. */
export interface Auditor {
  /** AuditSourceID: names this system in the trail. */
  readonly sourceId: string;
  readonly hostName: string;
  readonly processId: number;
  readonly aeTitles: readonly string[];
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/** Who sent, as far as it is known. */
interface Peer {
  readonly address?: string;
  readonly callingAeTitle?: string;
}

/** Puts together the messages of PS3.15 A.5.3 that a Storage SCP has to tell. */
export class AuditWriter {
  readonly #auditor: Auditor;
  readonly #associations = new Map<string, AssociationFields>();

  constructor(auditor: Auditor) {
    this.#auditor = auditor;
  }

  /** Who is at the other end of an association, until it is forgotten. */
  remember(association: AssociationFields): void {
    this.#associations.set(association.associationId, association);
  }

  forget(associationId: string): void {
    this.#associations.delete(associationId);
  }

  /** PS3.15 A.5.3.1. */
  applicationActivity(eventType: CodedValue): AuditMessage {
    return this.#message({
      event: auditCodes.applicationActivity,
      eventType,
      action: 'E',
      outcome: 0,
      participants: [{ ...this.#self(), role: auditCodes.application }],
      objects: [],
    });
  }

  /** PS3.15 A.5.3.7, from the side of the receiver: it held no copy before. */
  transferred(associationId: string, transfer: Transfer, instance?: { readonly callingAeTitle: string }): AuditMessage {
    const association = this.#associations.get(associationId);
    const { studyInstanceUid, isStored, instances } = transfer;
    const from: Peer =
      association === undefined
        ? { ...(instance === undefined ? {} : { callingAeTitle: instance.callingAeTitle }) }
        : { address: association.peer, callingAeTitle: association.callingAeTitle };
    const self = this.#self(association === undefined ? undefined : [association.calledAeTitle]);
    return this.#message({
      event: auditCodes.instancesTransferred,
      action: 'C',
      outcome: isStored ? 0 : 4,
      ...(isStored ? {} : { outcomeDescription: 'refused; the sender was told' }),
      participants: [
        { ...participantOf(from), isRequestor: true, role: auditCodes.source },
        { ...self, role: auditCodes.destination },
      ],
      objects: [
        {
          type: 'study',
          studyInstanceUid,
          sopClasses: [...instances].map(([uid, count]) => ({ uid, instances: count })),
        },
      ],
    });
  }

  /** PS3.15 A.5.3.11: somebody could not show who he is, or is nobody who may send. */
  nodeRefused(peer: Peer & { readonly address: string }, alert: string): AuditMessage {
    return this.#alert(auditCodes.nodeAuthentication, 4, alert, {
      participants: [this.#self(), { ...participantOf(peer), isRequestor: true }],
      objects: [{ type: 'node', id: peer.address, alert }],
    });
  }

  /** PS3.15 A.5.3.11: who may send, or how it is shown, has changed. */
  securityConfiguration(outcome: AuditOutcome, alert: string): AuditMessage {
    return this.#alert(auditCodes.securityConfiguration, outcome, alert, {
      participants: [this.#self()],
      objects: [{ type: 'node', id: this.#auditor.hostName, alert }],
    });
  }

  /** PS3.15 A.5.3.11: messages reach the repository again, and how many never will. */
  auditResumed(dropped: number): AuditMessage {
    const alert = `audit messages are delivered again; ${dropped} were dropped`;
    return this.#alert(auditCodes.auditRecordingStarted, dropped === 0 ? 0 : 8, alert, {
      participants: [this.#self()],
      objects: [{ type: 'node', id: this.#auditor.hostName, alert }],
    });
  }

  #alert(
    eventType: CodedValue,
    outcome: AuditOutcome,
    outcomeDescription: string,
    rest: Pick<AuditMessage, 'participants' | 'objects'>,
  ): AuditMessage {
    return this.#message({
      event: auditCodes.securityAlert,
      eventType,
      action: 'E',
      outcome,
      outcomeDescription,
      ...rest,
    });
  }

  #message(message: Omit<AuditMessage, 'at' | 'sourceId'>): AuditMessage {
    const { sourceId, nowMs } = this.#auditor;
    return { ...message, at: new Date(nowMs()).toISOString(), sourceId };
  }

  #self(aeTitles: readonly string[] = this.#auditor.aeTitles): AuditParticipant {
    const { processId, hostName } = this.#auditor;
    return {
      userId: String(processId),
      alternativeUserId: `AETITLES=${aeTitles.join(';')}`,
      isRequestor: false,
      networkAccessPoint: { id: hostName, type: 'machine-name' },
    };
  }
}

function participantOf({ address, callingAeTitle }: Peer): Omit<AuditParticipant, 'isRequestor'> {
  return {
    userId: callingAeTitle ?? address ?? 'unknown',
    ...(callingAeTitle === undefined ? {} : { alternativeUserId: `AETITLES=${callingAeTitle}` }),
    ...(address === undefined ? {} : { networkAccessPoint: { id: address, type: 'ip-address' } }),
  };
}

import { type Decisions, nothing } from '../decisions.ts';
import type { ConnectionRefusal } from '../events.ts';
import { type AuditMessage, auditCodes } from './audit-message.ts';
import { type Auditor, AuditWriter } from './audit-writer.ts';
import { Transfers } from './transfers.ts';

type Messages = readonly AuditMessage[];
const none: Messages = [];

/** Refusals of a connection that say something of who it came from; the others are limits and mistakes of port. */
const isAuthentication: Readonly<Record<ConnectionRefusal, boolean>> = {
  'too-many-pending': false,
  'connection-rate': false,
  'proxy-header-missing': true,
  'proxy-header-unexpected': true,
  'proxy-header-invalid': true,
  'tls-on-plain-port': false,
  'plain-dicom-on-tls-port': true,
  'not-tls': true,
  'tls-handshake-failed': true,
  'client-certificate-missing': true,
  'client-certificate-invalid': true,
};

/** The rules for associations that ask who the peer is; the others are limits. */
const identityChecks = [
  'called-ae-title',
  'calling-ae-title',
  'known-peer',
  'peer-address',
  'peer-certificate',
  'user-identity',
];

/**
 * What each event is in the audit trail of PS3.15 A.5. Instances are told of when their association ends, one message for
 * each study and outcome. Nothing here shows, changes or deletes studies, so of the messages about the use of studies
 * none is ever due.
 */
export function auditDecisions(auditor: Auditor): Decisions<Messages> {
  const write = new AuditWriter(auditor);
  const transfers = new Transfers();
  return {
    'service-listening': () => [write.applicationActivity(auditCodes.applicationStart)],
    'service-draining': nothing,
    'service-stopped': () => [write.applicationActivity(auditCodes.applicationStop)],
    'connection-refused': ({ peer, reason }) =>
      isAuthentication[reason] ? [write.nodeRefused({ address: peer }, reason)] : none,
    'connection-rate-exceeded': nothing,
    'tls-loaded': () => [write.securityConfiguration(0, 'TLS key and certificates were loaded')],
    'peers-loaded': ({ peers }) => [write.securityConfiguration(0, `a list of ${peers} peers was loaded`)],
    'reload-failed': ({ what }) => [write.securityConfiguration(4, `changed files could not be used: ${what}`)],
    'peer-recorded': nothing,
    'recording-failed': nothing,
    'bytes-in-flight-saturated': nothing,
    'association-accepted': (event) => {
      write.remember(event);
      transfers.begin(event.associationId);
      return none;
    },
    'association-rejected': ({ peer, callingAeTitle, because }) =>
      because !== undefined && identityChecks.includes(because)
        ? [write.nodeRefused({ address: peer, callingAeTitle }, because)]
        : none,
    'association-ended': ({ associationId }) => {
      const messages = transfers.end(associationId).map((transfer) => write.transferred(associationId, transfer));
      write.forget(associationId);
      return messages;
    },
    'connection-closed-early': nothing,
    'echo-answered': nothing,
    'request-refused': nothing,
    'leniency-used': nothing,
    'instance-stored': (event) =>
      transfers.count(event, true).map((transfer) => write.transferred(event.associationId, transfer, event)),
    'instance-spooled': (event) =>
      transfers.count(event, true).map((transfer) => write.transferred(event.associationId, transfer, event)),
    'instance-refused': (event) =>
      transfers.count(event, false).map((transfer) => write.transferred(event.associationId, transfer, event)),
    'import-doubtful': nothing,
    'instance-differs': nothing,
    'batch-opened': nothing,
    'batch-joined': nothing,
    'batch-sealed': nothing,
    'batch-abandoned': nothing,
    'batch-lost': nothing,
    'seal-failed': nothing,
    'lease-renewal-failed': nothing,
    'routes-loaded': nothing,
    'spool-opened': nothing,
    'spool-busy': nothing,
    'spool-level': nothing,
    // It was told of when it was acknowledged.
    'instance-uploaded': nothing,
    'upload-failed': nothing,
    'uploads-resumed': nothing,
    'spool-record-damaged': nothing,
    'spool-drained': nothing,
    'audit-failed': nothing,
    'audit-resumed': ({ dropped }) => [write.auditResumed(dropped)],
    'task-protection-failed': nothing,
    'operator-acted': ({ action, outcome }) => [
      write.securityConfiguration(outcome === 'done' ? 0 : 4, `an operator asked for ${action}: ${outcome}`),
    ],
    'ledger-read-failed': nothing,
    'commitment-requested': nothing,
    'commitment-decided': nothing,
    'commitment-reported': nothing,
    'commitment-report-failed': nothing,
    'commitment-expired': nothing,
    'commitment-trouble': nothing,
    bug: nothing,
  };
}

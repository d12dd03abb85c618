import { sealReasonSchema } from '../../../core/manifest.ts';
import { batchIdSchema } from '../../../core/object-keys.ts';
import type { AssociationFields, InstanceFields, TelemetryEvent } from '../../../service/telemetry/events.ts';
import { safeText } from '../../../service/telemetry/safe-text.ts';
import { sampleBatchId } from '../../support/sample-metadata.ts';

/** Text that stands wherever a peer has a say. */
export const peerText = safeText('PEER-WORDS');
const batchId = batchIdSchema.parse(sampleBatchId(1));
const association: AssociationFields = {
  associationId: 'a1',
  peer: peerText,
  callingAeTitle: peerText,
  calledAeTitle: peerText,
};
const instance: InstanceFields = {
  associationId: 'a1',
  callingAeTitle: peerText,
  sopClassUid: peerText,
  sopInstanceUid: peerText,
  transferSyntaxUid: peerText,
};
type EventNamed<Name extends TelemetryEvent['event']> = Extract<TelemetryEvent, { event: Name }>;

/** One event of each kind: a kind that is missing here does not compile. */
export const sampleEvents: { readonly [Name in TelemetryEvent['event']]: EventNamed<Name> } = {
  'service-listening': { event: 'service-listening', host: '127.0.0.1', port: 1, tlsPort: undefined, adminPort: 2 },
  'service-draining': { event: 'service-draining', associations: 1 },
  'service-stopped': { event: 'service-stopped', endedAssociations: 1 },
  'connection-refused': { event: 'connection-refused', peer: peerText, reason: 'not-tls', code: peerText },
  'connection-rate-exceeded': { event: 'connection-rate-exceeded', peer: peerText },
  'tls-loaded': {
    event: 'tls-loaded',
    profile: 'bcp195',
    sha256: 'ab',
    expiresAt: '2027-01-01T00:00:00Z',
    expiresAtMs: 1_798_761_600_000,
  },
  'peers-loaded': { event: 'peers-loaded', peers: 3 },
  'reload-failed': { event: 'reload-failed', what: 'peers', detail: peerText },
  'peer-recorded': {
    event: 'peer-recorded',
    peer: peerText,
    callingAeTitle: peerText,
    calledAeTitle: peerText,
    certificateSha256: 'ab',
  },
  'recording-failed': { event: 'recording-failed', detail: peerText },
  'bytes-in-flight-saturated': { event: 'bytes-in-flight-saturated', isSaturated: true, bytes: 1 },
  'association-accepted': {
    event: 'association-accepted',
    ...association,
    acceptedContexts: 1,
    refusedContexts: 0,
    implementationVersion: peerText,
    tls: undefined,
    certificate: peerText,
    vpcEndpointId: peerText,
  },
  'association-rejected': {
    event: 'association-rejected',
    ...association,
    reason: 'local-limit-exceeded',
    because: 'too-many-associations',
  },
  'association-ended': {
    event: 'association-ended',
    ...association,
    how: 'released',
    faultCode: undefined,
    stored: 1,
    refused: 0,
    receivedBytes: 10,
    durationMs: 2_000,
  },
  'connection-closed-early': { event: 'connection-closed-early', peer: peerText, how: 'artim-expired' },
  'echo-answered': { event: 'echo-answered', associationId: 'a1' },
  'request-refused': { event: 'request-refused', associationId: 'a1', status: 0x0122 },
  'leniency-used': { event: 'leniency-used', associationId: 'a1', kind: 'ae-title-blank' },
  'instance-stored': { event: 'instance-stored', ...instance, batchId, outcome: 'kept', bytes: 1_000, durationMs: 20 },
  'instance-spooled': { event: 'instance-spooled', ...instance, outcome: 'kept', bytes: 1_000, durationMs: 20 },
  'import-doubtful': { event: 'import-doubtful', ...instance, code: 'VALUE_TOO_LONG', severity: 'fails' },
  'routes-loaded': { event: 'routes-loaded', routes: ['default', 'stat'] },
  'spool-opened': { event: 'spool-opened', instances: 3, bytes: 3_000 },
  'spool-busy': { event: 'spool-busy', owner: peerText },
  'spool-level': { event: 'spool-level', fill: 'high', usedPercent: 86 },
  'instance-uploaded': {
    event: 'instance-uploaded',
    ...instance,
    route: 'stat',
    batchId,
    outcome: 'kept',
    bytes: 1_000,
    waitedMs: 60_000,
  },
  'upload-failed': { event: 'upload-failed', code: 'STORE_UNAVAILABLE', detail: peerText, retryMs: 1_000 },
  'uploads-resumed': { event: 'uploads-resumed' },
  'spool-record-damaged': { event: 'spool-record-damaged', file: peerText, detail: peerText },
  'task-protection-failed': { event: 'task-protection-failed', detail: peerText },
  'spool-drained': { event: 'spool-drained', leftInstances: 0, leftBytes: 0 },
  'instance-refused': { event: 'instance-refused', ...instance, status: 0xa700, code: 'STORE_FULL', detail: peerText },
  'instance-differs': { event: 'instance-differs', ...instance, batchId, key: peerText },
  'batch-opened': { event: 'batch-opened', batchId, route: 'default' },
  'batch-sealed': {
    event: 'batch-sealed',
    batchId,
    route: 'default',
    reason: sealReasonSchema.enum.quiet,
    files: 1,
    bytes: 1_000,
    studyInstanceUids: [peerText],
  },
  'batch-abandoned': { event: 'batch-abandoned', batchId, route: 'default' },
  'batch-lost': { event: 'batch-lost', batchId, moved: 1 },
  'seal-failed': { event: 'seal-failed', batchId, detail: peerText },
  'lease-renewal-failed': { event: 'lease-renewal-failed', batchId, detail: peerText },
  bug: { event: 'bug', associationId: 'a1', error: new Error('a bug') },
};

import type { TraceContext } from '../../../core/traceparent.ts';
import { type Decisions, type EventOf, nothing } from '../decisions.ts';
import type { InstanceTally } from './instance-tally.ts';
import type { Instruments } from './instruments.ts';
import { instanceResults } from './label-words.ts';
import type { PeerLabels } from './peer-labels.ts';

export interface MetricDecisionOptions {
  readonly instruments: Instruments;
  readonly tally: InstanceTally;
  readonly peers: PeerLabels;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Where what is told of belongs in a trace. */
  readonly currentTrace: () => TraceContext | undefined;
}

/** What each event counts. */
export function metricDecisions({
  instruments,
  tally,
  peers,
  nowMs,
  currentTrace,
}: MetricDecisionOptions): Decisions<void> {
  const of = instruments;
  const kept = (event: EventOf<'instance-stored'> | EventOf<'instance-spooled'>) => {
    const { callingAeTitle, outcome, bytes, durationMs } = event;
    const trace = currentTrace();
    tally.add({ peer: peers.of(callingAeTitle), outcome, bytes, storeSeconds: durationMs / 1_000, trace }, nowMs());
    if (tally.isFull) tally.handOver(of);
  };
  const showPeers = () => {
    for (const label of peers.all) {
      for (const result of instanceResults) of.peerInstances.inc({ calling_ae_title: label, result }, 0);
      of.peerLastInstance.inc({ calling_ae_title: label }, 0);
    }
  };
  showPeers();

  return {
    'service-listening': nothing,
    'service-draining': nothing,
    'service-stopped': nothing,
    'connection-refused': ({ reason }) => of.connectionsRefused.inc({ reason }),
    'connection-rate-exceeded': nothing,
    'tls-loaded': ({ expiresAtMs }) => of.certificateExpiry.set(expiresAtMs / 1_000),
    'peers-loaded': ({ peers: count, callingAeTitles }) => {
      of.peers.set(count);
      peers.list(callingAeTitles);
      showPeers();
    },
    'reload-failed': ({ what }) => of.reloadFailures.inc({ what }),
    'peer-recorded': () => of.peersRecorded.inc(),
    'recording-failed': nothing,
    'bytes-in-flight-saturated': ({ isSaturated }) => of.bytesInFlightSaturated.set(isSaturated ? 1 : 0),
    'association-accepted': () => {
      of.associationsAccepted.inc();
      of.associations.inc();
    },
    'association-rejected': ({ reason, because }) => of.associationsRejected.inc({ reason, because: because ?? '' }),
    'association-ended': ({ how, faultCode, durationMs }) => {
      of.associations.dec();
      of.associationsEnded.inc({ how, code: faultCode ?? '' });
      of.associationSeconds.observe(durationMs / 1_000);
    },
    'connection-closed-early': nothing,
    'echo-answered': () => of.echoes.inc(),
    'request-refused': nothing,
    'leniency-used': ({ kind }) => of.leniencies.inc({ kind }),
    'instance-stored': kept,
    'instance-spooled': kept,
    'instance-refused': (event) => {
      of.instances.inc({ result: 'refused' });
      of.instancesRefused.inc({ code: event.code });
      of.peerInstances.inc({ calling_ae_title: peers.of(event.callingAeTitle), result: 'refused' });
    },
    'import-doubtful': ({ code, severity }) => of.importProblems.inc({ code, severity }),
    'instance-differs': nothing,
    'batch-opened': () => of.openBatches.inc(),
    'batch-joined': nothing,
    'batch-sealed': ({ route, reason, files, durationMs }) => {
      of.openBatches.dec();
      of.batchesSealed.inc({ route, reason });
      of.batchFiles.observe(files);
      of.sealSeconds.observe(durationMs / 1_000);
    },
    'batch-abandoned': () => of.openBatches.dec(),
    'batch-lost': () => of.openBatches.dec(),
    'seal-failed': () => of.sealFailures.inc(),
    'lease-renewal-failed': () => of.leaseFailures.inc(),
    'routes-loaded': nothing,
    'spool-opened': nothing,
    'spool-busy': nothing,
    'spool-level': nothing,
    'instance-uploaded': ({ route, outcome, waitedMs }) => {
      of.spoolUploads.inc({ route, outcome });
      of.spoolWaitSeconds.observe(waitedMs / 1_000);
    },
    'upload-failed': ({ code }) => of.spoolUploadFailures.inc({ code }),
    'uploads-resumed': nothing,
    'spool-record-damaged': () => of.spoolDamaged.inc(),
    'spool-drained': nothing,
    'audit-failed': nothing,
    'audit-resumed': nothing,
    'task-protection-failed': nothing,
    'operator-acted': nothing,
    'ledger-read-failed': nothing,
    'commitment-requested': ({ status }) =>
      of.commitmentRequests.inc({ result: status === 0 ? 'accepted' : 'refused' }),
    'commitment-decided': ({ committed, failed }) => {
      of.commitmentInstances.inc({ result: 'committed' }, committed);
      of.commitmentInstances.inc({ result: 'failed' }, failed);
    },
    'commitment-reported': () => of.commitmentReports.inc({ code: 'REPORTED' }),
    'commitment-report-failed': ({ code }) => of.commitmentReports.inc({ code }),
    'commitment-expired': () => of.commitmentReports.inc({ code: 'EXPIRED' }),
    'commitment-trouble': nothing,
    bug: () => of.bugs.inc(),
  };
}

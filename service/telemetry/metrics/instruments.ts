import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const PREFIX = 'dicom_store_scp_';

/**
 * Every metric that is made of events: its name, meaning, labels and buckets. Names and labels are an interface: what
 * watches the service stands on them.
 * @param exemplars whether times carry the trace that they were measured in
 * @param beforeInstances is called before what counts instances is read
 */
export function createInstruments(registry: Registry, exemplars: boolean, beforeInstances: () => void) {
  const registers = [registry];
  const counter = <T extends string = never>(
    suffix: string,
    help: string,
    labelNames: readonly T[] = [],
    collect = () => {},
  ) => new Counter<T>({ name: PREFIX + suffix, help, labelNames, registers, collect });
  const gauge = <T extends string = never>(
    suffix: string,
    help: string,
    labelNames: readonly T[] = [],
    collect = () => {},
  ) => new Gauge<T>({ name: PREFIX + suffix, help, labelNames, registers, collect });
  // The client's types take the labels of exemplars for labels of the metric; those have none.
  const histogram = (suffix: string, help: string, buckets: number[], collect = () => {}, enableExemplars = false) =>
    new Histogram<'trace_id' | 'span_id'>({
      name: PREFIX + suffix,
      help,
      buckets,
      registers,
      collect,
      enableExemplars,
    });

  return {
    buildInfo: gauge('build_info', 'Always 1; the version is in the label.', ['version']),
    associations: gauge('associations', 'Associations that are open now.'),
    associationsAccepted: counter('associations_accepted_total', 'Associations accepted.'),
    associationsRejected: counter(
      'associations_rejected_total',
      'Associations rejected, by the reason that the peer was given and the rule of ours behind it.',
      ['reason', 'because'],
    ),
    associationsEnded: counter(
      'associations_ended_total',
      'Associations that have ended, by how, and by the code of what was wrong.',
      ['how', 'code'],
    ),
    connectionsRefused: counter(
      'connections_refused_total',
      'Connections closed before an association was asked for, by reason.',
      ['reason'],
    ),
    certificateExpiry: gauge(
      'certificate_expiry_timestamp_seconds',
      'When the certificate that is shown to clients expires, in seconds since the epoch.',
    ),
    peers: gauge('peers', 'Entries of the list of peers.'),
    peersRecorded: counter('peers_recorded_total', 'Peers that were recorded because they are not listed.'),
    reloadFailures: counter('reload_failures_total', 'Changed files that could not be used, by what they are for.', [
      'what',
    ]),
    bytesInFlightSaturated: gauge(
      'bytes_in_flight_saturated',
      '1 while senders are slowed because too much waits to be stored.',
    ),
    associationSeconds: histogram(
      'association_duration_seconds',
      'How long associations lived.',
      [0.1, 1, 10, 60, 300, 1_800, 3_600],
    ),
    instances: counter(
      'instances_total',
      'C-STORE requests answered, by result: stored, identical to one that was stored, or refused.',
      ['result'],
      beforeInstances,
    ),
    instancesRefused: counter('instances_refused_total', 'Instances refused, by code.', ['code']),
    peerInstances: counter(
      'peer_instances_total',
      'C-STORE requests answered, by configured calling AE title, or `other`, and by result.',
      ['calling_ae_title', 'result'],
      beforeInstances,
    ),
    peerLastInstance: gauge(
      'peer_last_instance_timestamp_seconds',
      'When an instance of this configured calling AE title, or `other`, was last kept, in seconds since the epoch; 0: not since the start.',
      ['calling_ae_title'],
      beforeInstances,
    ),
    storedBytes: counter('stored_bytes_total', 'Bytes of the objects stored.', [], beforeInstances),
    instanceBytes: histogram(
      'instance_size_bytes',
      'Sizes of the objects stored.',
      [4 * KIB, 64 * KIB, 512 * KIB, 4 * MIB, 64 * MIB, 512 * MIB, 4 * GIB],
      beforeInstances,
    ),
    storeSeconds: histogram(
      'store_duration_seconds',
      'From the first byte of a C-STORE request to its durable storage.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      beforeInstances,
      exemplars,
    ),
    importProblems: counter(
      'import_problems_total',
      'Stored instances that HealthImaging will not import (fails) or not whole (degrades), by what is wrong.',
      ['code', 'severity'],
    ),
    spoolUploads: counter('spool_uploads_total', 'Instances uploaded from the spool, by route and outcome.', [
      'route',
      'outcome',
    ]),
    spoolUploadFailures: counter('spool_upload_failures_total', 'Times that uploads from the spool failed, by code.', [
      'code',
    ]),
    spoolDamaged: counter(
      'spool_damaged_total',
      'Files of the spool that were set aside because they do not hold what was acknowledged.',
    ),
    spoolWaitSeconds: histogram(
      'spool_wait_duration_seconds',
      'From the acknowledgement of an instance to its upload from the spool.',
      [0.1, 1, 10, 60, 600, 3_600, 21_600, 86_400],
    ),
    echoes: counter('echoes_total', 'C-ECHO requests answered.'),
    leniencies: counter('leniencies_total', 'Deviations from the standard that were tolerated, by kind.', ['kind']),
    openBatches: gauge('open_batches', 'Batches that are not sealed yet.'),
    batchesSealed: counter('batches_sealed_total', 'Batches sealed, by route and reason.', ['route', 'reason']),
    batchFiles: histogram('batch_files', 'Instances of a sealed batch.', [1, 10, 100, 500, 1_000, 2_500, 4_500]),
    sealSeconds: histogram(
      'seal_duration_seconds',
      'From the decision to seal a batch to its manifest being durable.',
      [0.025, 0.1, 0.25, 1, 5, 30, 120, 600],
    ),
    sealFailures: counter('seal_failures_total', 'Failed tries to seal.'),
    leaseFailures: counter('lease_renewal_failures_total', 'Failed renewals of a batch lease.'),
    auditMessages: counter('audit_messages_total', 'Audit messages, by what became of them: sent or dropped.', [
      'result',
    ]),
    commitmentRequests: counter('commitment_requests_total', 'Requests for storage commitment, by result.', ['result']),
    commitmentInstances: counter(
      'commitment_instances_total',
      'Instances that storage commitment was decided for, by result.',
      ['result'],
    ),
    commitmentReports: counter(
      'commitment_reports_total',
      'Tries to report on storage commitment, by code; those with which it was given up as EXPIRED.',
      ['code'],
    ),
    bugs: counter('bugs_total', 'Unexpected errors in this service.'),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;

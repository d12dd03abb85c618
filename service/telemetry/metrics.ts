import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { commitmentMetrics } from './commitment-metrics.ts';
import type { TelemetryEvent } from './events.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export interface Metrics {
  readonly registry: Registry;
  readonly project: (event: TelemetryEvent) => void;
}

/**
 * The Prometheus metrics, derived from events alone. Labels are known words: no AE titles, addresses or UIDs, whose
 * number a peer decides.
 */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const name = (suffix: string) => `dicom_store_scp_${suffix}`;

  new Gauge({
    name: name('build_info'),
    help: 'Always 1; the version is in the label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const live = new Gauge({ name: name('associations'), help: 'Associations that are open now.', registers });
  const accepted = new Counter({
    name: name('associations_accepted_total'),
    help: 'Associations accepted.',
    registers,
  });
  const rejected = new Counter({
    name: name('associations_rejected_total'),
    help: 'Associations rejected, by the reason that the peer was given and the rule of ours behind it.',
    labelNames: ['reason', 'because'],
    registers,
  });
  const ended = new Counter({
    name: name('associations_ended_total'),
    help: 'Associations that have ended, by how, and by the code of what was wrong.',
    labelNames: ['how', 'code'],
    registers,
  });
  const refusedConnections = new Counter({
    name: name('connections_refused_total'),
    help: 'Connections closed before an association was asked for, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const certificateExpiry = new Gauge({
    name: name('certificate_expiry_timestamp_seconds'),
    help: 'When the certificate that is shown to clients expires, in seconds since the epoch.',
    registers,
  });
  const peers = new Gauge({ name: name('peers'), help: 'Entries of the list of peers.', registers });
  const recordedPeers = new Counter({
    name: name('peers_recorded_total'),
    help: 'Peers that were recorded because they are not listed.',
    registers,
  });
  const reloadFailures = new Counter({
    name: name('reload_failures_total'),
    help: 'Changed files that could not be used, by what they are for.',
    labelNames: ['what'],
    registers,
  });
  const saturated = new Gauge({
    name: name('bytes_in_flight_saturated'),
    help: '1 while senders are slowed because too much waits to be stored.',
    registers,
  });
  const associationSeconds = new Histogram({
    name: name('association_duration_seconds'),
    help: 'How long associations lived.',
    buckets: [0.1, 1, 10, 60, 300, 1_800, 3_600],
    registers,
  });
  const instances = new Counter({
    name: name('instances_total'),
    help: 'C-STORE requests answered, by result: stored, identical to one that was stored, or refused.',
    labelNames: ['result'],
    registers,
  });
  const refused = new Counter({
    name: name('instances_refused_total'),
    help: 'Instances refused, by code.',
    labelNames: ['code'],
    registers,
  });
  const bytes = new Counter({ name: name('stored_bytes_total'), help: 'Bytes of the objects stored.', registers });
  const instanceBytes = new Histogram({
    name: name('instance_size_bytes'),
    help: 'Sizes of the objects stored.',
    buckets: [4 * KIB, 64 * KIB, 512 * KIB, 4 * MIB, 64 * MIB, 512 * MIB, 4 * GIB],
    registers,
  });
  const storeSeconds = new Histogram({
    name: name('store_duration_seconds'),
    help: 'From the first byte of a C-STORE request to its durable storage.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const doubtful = new Counter({
    name: name('import_problems_total'),
    help: 'Stored instances that HealthImaging will not import (fails) or not whole (degrades), by what is wrong.',
    labelNames: ['code', 'severity'],
    registers,
  });
  const uploaded = new Counter({
    name: name('spool_uploads_total'),
    help: 'Instances uploaded from the spool, by route and outcome.',
    labelNames: ['route', 'outcome'],
    registers,
  });
  const uploadFailures = new Counter({
    name: name('spool_upload_failures_total'),
    help: 'Times that uploads from the spool failed, by code.',
    labelNames: ['code'],
    registers,
  });
  const damaged = new Counter({
    name: name('spool_damaged_total'),
    help: 'Files of the spool that were set aside because they do not hold what was acknowledged.',
    registers,
  });
  const echoes = new Counter({ name: name('echoes_total'), help: 'C-ECHO requests answered.', registers });
  const leniencies = new Counter({
    name: name('leniencies_total'),
    help: 'Deviations from the standard that were tolerated, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const openBatches = new Gauge({ name: name('open_batches'), help: 'Batches that are not sealed yet.', registers });
  const sealed = new Counter({
    name: name('batches_sealed_total'),
    help: 'Batches sealed, by route and reason.',
    labelNames: ['route', 'reason'],
    registers,
  });
  const sealFailures = new Counter({ name: name('seal_failures_total'), help: 'Failed tries to seal.', registers });
  const leaseFailures = new Counter({
    name: name('lease_renewal_failures_total'),
    help: 'Failed renewals of a batch lease.',
    registers,
  });
  const projectCommitment = commitmentMetrics(registry);
  const bugs = new Counter({ name: name('bugs_total'), help: 'Unexpected errors in this service.', registers });
  for (const result of ['kept', 'identical', 'refused']) instances.inc({ result }, 0);

  const project = (event: TelemetryEvent): void => {
    switch (event.event) {
      case 'association-accepted':
        accepted.inc();
        live.inc();
        return;
      case 'association-rejected':
        rejected.inc({ reason: event.reason, because: event.because ?? '' });
        return;
      case 'association-ended':
        live.dec();
        ended.inc({ how: event.how, code: event.faultCode ?? '' });
        associationSeconds.observe(event.durationMs / 1000);
        return;
      case 'connection-refused':
        refusedConnections.inc({ reason: event.reason });
        return;
      case 'tls-loaded':
        certificateExpiry.set(event.expiresAtMs / 1000);
        return;
      case 'peers-loaded':
        peers.set(event.peers);
        return;
      case 'peer-recorded':
        recordedPeers.inc();
        return;
      case 'reload-failed':
        reloadFailures.inc({ what: event.what });
        return;
      case 'bytes-in-flight-saturated':
        saturated.set(event.isSaturated ? 1 : 0);
        return;
      case 'instance-stored':
      case 'instance-spooled':
        instances.inc({ result: event.outcome });
        storeSeconds.observe(event.durationMs / 1000);
        if (event.outcome === 'identical') return;
        bytes.inc(event.bytes);
        instanceBytes.observe(event.bytes);
        return;
      case 'instance-refused':
        instances.inc({ result: 'refused' });
        refused.inc({ code: event.code });
        return;
      case 'import-doubtful':
        doubtful.inc({ code: event.code, severity: event.severity });
        return;
      case 'instance-uploaded':
        uploaded.inc({ route: event.route, outcome: event.outcome });
        return;
      case 'upload-failed':
        uploadFailures.inc({ code: event.code });
        return;
      case 'spool-record-damaged':
        damaged.inc();
        return;
      case 'echo-answered':
        echoes.inc();
        return;
      case 'leniency-used':
        leniencies.inc({ kind: event.kind });
        return;
      case 'batch-opened':
        openBatches.inc();
        return;
      case 'batch-sealed':
        openBatches.dec();
        sealed.inc({ route: event.route, reason: event.reason });
        return;
      case 'batch-abandoned':
      case 'batch-lost':
        openBatches.dec();
        return;
      case 'seal-failed':
        sealFailures.inc();
        return;
      case 'lease-renewal-failed':
        leaseFailures.inc();
        return;
      case 'bug':
        bugs.inc();
        return;
      default:
        projectCommitment(event);
        return;
    }
  };
  return { registry, project };
}

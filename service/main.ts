import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ConfigError, parseConfig } from '../core/config.ts';
import type { Config } from '../core/config-schema.ts';
import { importableTransferSyntaxes, importJobLimits } from '../core/healthimaging.ts';
import { implementation } from '../core/implementation.ts';
import { batchStatusSchema, isFinal } from '../core/ledger.ts';
import { type ObjectStore, StoreFault } from '../core/object-store.ts';
import { PeersFileError } from '../core/peers.ts';
import { RoutesFileError } from '../core/routes-file.ts';
import { systemClock, systemSchedule } from '../core/system-clock.ts';
import { ulid } from '../core/ulid.ts';
import packageJson from '../package.json' with { type: 'json' };
import { ReadinessCheck } from './admin/readiness.ts';
import { startAdminServer } from './admin/server.ts';
import { OperatorTokenError } from './admin/status/operator-token.ts';
import { openCommitment } from './commitment/open-commitment.ts';
import { describeFile } from './ingest/describe-file.ts';
import { loadRoutes } from './ingest/load-routes.ts';
import { openIngest } from './ingest/open-ingest.ts';
import { failureReasons } from './ledger/import-figures.ts';
import { openLedgerWatch } from './ledger/open-ledger-watch.ts';
import { Networks } from './net/address.ts';
import { openNetwork } from './net/open-network.ts';
import { withoutProxyHeader } from './net/origin.ts';
import { TlsIdentityError } from './net/tls-identity.ts';
import { openStatusPage } from './open-status-page.ts';
import { FolderStore } from './store/folder/folder-store.ts';
import { openS3Store } from './store/s3/open-s3-store.ts';
import type { TelemetryEvent } from './telemetry/events.ts';
import { createImportMetrics } from './telemetry/import-metrics.ts';
import { zeroKnownLabels } from './telemetry/known-labels.ts';
import { showLimits } from './telemetry/limit-gauges.ts';
import { LiveStatus } from './telemetry/live-status.ts';
import { logProjection } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { openBatchAge } from './telemetry/open-batch-age.ts';
import { openLog } from './telemetry/open-log.ts';
import { safeText } from './telemetry/safe-text.ts';
import { showSpool } from './telemetry/spool-gauges.ts';
import { showStoreBuffers } from './telemetry/store-buffer-gauges.ts';

const EXIT_CONFIG = 2;

const clock = systemClock;
const schedule = systemSchedule;

async function openStore(config: Config, { registry }: Metrics): Promise<ObjectStore> {
  if (config.store === 's3') {
    const { store, pool } = openS3Store(config, { clock, schedule, random: Math.random });
    showStoreBuffers(registry, pool);
    return store;
  }
  const { folder: root = '', folderFsync: fsync } = config;
  const describe = describeFile;
  return FolderStore.open({ root, durability: { fsync }, nowMs: clock.nowMs, newId: randomUUID, describe });
}

function openSpoolFolder({ spoolFolder = '' }: Config): Promise<ObjectStore> {
  return openDurableFolder(spoolFolder);
}

async function openCommitmentFolder({ commitment, commitmentFolder }: Config): Promise<ObjectStore | undefined> {
  return commitment === 'off' || commitmentFolder === undefined ? undefined : openDurableFolder(commitmentFolder);
}

/** Fsync is what an acknowledgement from such a folder stands on: there is no choice. */
function openDurableFolder(root: string): Promise<ObjectStore> {
  const describe = async () => undefined;
  return FolderStore.open({ root, durability: { fsync: true }, nowMs: clock.nowMs, newId: randomUUID, describe });
}

/** The importing side, for those who want it shown: what the pipeline has written into its ledger. */
const openWatch = async (config: Config, { registry }: Metrics, emit: (event: TelemetryEvent) => void) => {
  if (config.ledgerBatchesTable === undefined) return undefined;
  const shown = createImportMetrics(registry, {
    statuses: batchStatusSchema.options.filter(isFinal),
    reasons: failureReasons,
    concurrentJobs: importJobLimits.concurrentJobs,
    nowMs: clock.nowMs,
  });
  const findings = {
    ...shown,
    readFailed: (error: unknown) => {
      shown.readFailed();
      emit({ event: 'ledger-read-failed', detail: safeText(String(error), 200) });
    },
  };
  return openLedgerWatch(config, { findings, clock, schedule });
};

async function serve(config: Config): Promise<void> {
  const metrics = createMetrics(packageJson.version);
  const writeLog = logProjection(openLog(config.logLevel));
  zeroKnownLabels(metrics.registry);
  showLimits(metrics.registry, config);
  const seeBatches = openBatchAge(metrics.registry, clock.nowMs);
  const live = config.statusPage ? new LiveStatus(clock) : undefined;
  const emit = (event: TelemetryEvent) => {
    metrics.project(event);
    live?.project(event);
    seeBatches(event);
    writeLog(event);
  };

  const store = await openStore(config, metrics);
  const owner = `${hostname()}/${process.pid}/${new Date(clock.nowMs()).toISOString()}`;
  const newId = () => ulid(clock.nowMs(), randomBytes(10));
  const ingest = await openIngest({
    config,
    routes: await loadRoutes(config),
    store,
    spoolFolder: config.ack === 'spooled' ? await openSpoolFolder(config) : undefined,
    implementation,
    owner,
    newId,
    clock,
    schedule,
    random: Math.random,
    emit,
  });
  if (ingest.spool !== undefined) showSpool(metrics.registry, ingest.spool);
  const readiness = new ReadinessCheck(() => ingest.check(), clock);
  const balancers = new Networks(config.proxyProtocolFrom);
  const statusPage =
    live === undefined
      ? {}
      : await openStatusPage({ config, live, routes: ingest.routes, version: packageJson.version, clock, emit });
  const admin = await startAdminServer({
    host: config.adminHost,
    port: config.adminPort,
    accept: (socket, next) => withoutProxyHeader(socket, balancers, next),
    readiness: () => readiness.check(),
    metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
    ...statusPage,
  });
  const commitment = await openCommitment({
    config,
    store,
    folder: await openCommitmentFolder(config),
    openInstances: () => ingest.openInstances(),
    owner,
    clock,
    schedule,
    random: Math.random,
    emit,
  });
  const network = await openNetwork({
    config,
    implementation,
    transferSyntaxUids: importableTransferSyntaxes,
    ingest,
    commitment,
    clock,
    schedule,
    newId,
    emit,
  });
  const ledgerWatch = await openWatch(config, metrics, emit);
  ledgerWatch?.run();
  commitment?.start(network.reach);
  readiness.listening();
  const { port, tlsPort } = network;
  emit({ event: 'service-listening', host: config.host, port, tlsPort, adminPort: admin.port });

  let draining = false;
  const stop = async () => {
    // Whoever asks twice does not want to wait.
    if (draining) process.exit(1);
    draining = true;
    readiness.draining();
    emit({ event: 'service-draining', associations: network.liveAssociations() });
    const deadline = new Promise<void>((resolve) => schedule(config.drainTimeoutMs, resolve));
    const endedAssociations = await network.drain(deadline);
    await commitment?.close(deadline);
    await ingest.drain(deadline);
    ledgerWatch?.close();
    emit({ event: 'service-stopped', endedAssociations });
    await admin.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', network.reload);
}

/** What keeps the service from starting, in a sentence for whoever started it. */
function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreFault) return error.message;
  if (error instanceof PeersFileError || error instanceof RoutesFileError) return error.message;
  if (error instanceof TlsIdentityError || error instanceof OperatorTokenError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'port' in error) {
    const why = 'code' in error && error.code === 'EADDRINUSE' ? 'is taken by another process' : error.message;
    return `port ${error.port}: ${why}`;
  }
  throw error;
}

try {
  await serve(parseConfig(process.env));
} catch (error) {
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(EXIT_CONFIG);
}

import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ConfigError, parseConfig } from '../core/config.ts';
import type { Config } from '../core/config-schema.ts';
import { importableTransferSyntaxes } from '../core/healthimaging.ts';
import { implementation } from '../core/implementation.ts';
import { type ObjectStore, StoreFault } from '../core/object-store.ts';
import { PeersFileError } from '../core/peers.ts';
import { RoutesFileError } from '../core/routes-file.ts';
import { systemClock, systemSchedule } from '../core/system-clock.ts';
import { ulid } from '../core/ulid.ts';
import packageJson from '../package.json' with { type: 'json' };
import { ReadinessCheck } from './admin/readiness.ts';
import { startAdminServer } from './admin/server.ts';
import { describeFile } from './ingest/describe-file.ts';
import { loadRoutes } from './ingest/load-routes.ts';
import { openIngest } from './ingest/open-ingest.ts';
import { Networks } from './net/address.ts';
import { openNetwork } from './net/open-network.ts';
import { withoutProxyHeader } from './net/origin.ts';
import { protectTask } from './net/task-protection.ts';
import { TlsIdentityError } from './net/tls-identity.ts';
import { FolderStore } from './store/folder/folder-store.ts';
import { openS3Store } from './store/s3/open-s3-store.ts';
import type { TelemetryEvent } from './telemetry/events.ts';
import { logProjection } from './telemetry/log.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
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

/** Fsync is what an acknowledgement from the spool stands on: there is no choice. */
function openSpoolFolder({ spoolFolder: root = '' }: Config): Promise<ObjectStore> {
  const describe = async () => undefined;
  return FolderStore.open({ root, durability: { fsync: true }, nowMs: clock.nowMs, newId: randomUUID, describe });
}

async function serve(config: Config, ecsAgentUri: string | undefined): Promise<void> {
  const metrics = createMetrics(packageJson.version);
  const writeLog = logProjection(openLog(config.logLevel));
  const emit = (event: TelemetryEvent) => {
    metrics.project(event);
    writeLog(event);
  };

  const store = await openStore(config, metrics);
  const newId = () => ulid(clock.nowMs(), randomBytes(10));
  const ingest = await openIngest({
    config,
    routes: await loadRoutes(config),
    store,
    spoolFolder: config.ack === 'spooled' ? await openSpoolFolder(config) : undefined,
    implementation,
    owner: `${hostname()}/${process.pid}/${new Date(clock.nowMs()).toISOString()}`,
    newId,
    clock,
    schedule,
    random: Math.random,
    emit,
  });
  if (ingest.spool !== undefined) showSpool(metrics.registry, ingest.spool);
  const readiness = new ReadinessCheck(() => ingest.check(), clock);
  const balancers = new Networks(config.proxyProtocolFrom);
  const admin = await startAdminServer({
    host: config.adminHost,
    port: config.adminPort,
    accept: (socket, next) => withoutProxyHeader(socket, balancers, next),
    readiness: () => readiness.check(),
    metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
  });
  const network = await openNetwork({
    config,
    implementation,
    transferSyntaxUids: importableTransferSyntaxes,
    ingest,
    clock,
    schedule,
    newId,
    emit,
  });
  readiness.listening();
  const { port, tlsPort } = network;
  emit({ event: 'service-listening', host: config.host, port, tlsPort, adminPort: admin.port });

  const protection =
    ecsAgentUri === undefined
      ? undefined
      : protectTask({
          agentUri: ecsAgentUri,
          liveAssociations: network.liveAssociations,
          monotonicMs: clock.monotonicMs,
          schedule,
          onFailure: (detail) => emit({ event: 'task-protection-failed', detail: safeText(detail) }),
        });

  let draining = false;
  const stop = async () => {
    // Whoever asks twice does not want to wait.
    if (draining) process.exit(1);
    draining = true;
    readiness.draining();
    emit({ event: 'service-draining', associations: network.liveAssociations() });
    const deadline = new Promise<void>((resolve) => schedule(config.drainTimeoutMs, resolve));
    const endedAssociations = await network.drain(deadline);
    await ingest.drain(deadline);
    await protection?.close();
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
  if (error instanceof TlsIdentityError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'port' in error) {
    const why = 'code' in error && error.code === 'EADDRINUSE' ? 'is taken by another process' : error.message;
    return `port ${error.port}: ${why}`;
  }
  throw error;
}

try {
  await serve(parseConfig(process.env), process.env.ECS_AGENT_URI);
} catch (error) {
  process.stderr.write(`${startProblem(error)}\n`);
  process.exit(EXIT_CONFIG);
}

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
import { labelWords } from './label-words.ts';
import { Networks } from './net/address.ts';
import { openNetwork } from './net/open-network.ts';
import { withoutProxyHeader } from './net/origin.ts';
import { TlsIdentityError } from './net/tls-identity.ts';
import { FolderStore } from './store/folder/folder-store.ts';
import { openS3Store } from './store/s3/open-s3-store.ts';
import { AuditError } from './telemetry/audit/open-audit.ts';
import { showBytesInFlight } from './telemetry/network-gauges.ts';
import { openTelemetry, type Telemetry } from './telemetry/open-telemetry.ts';
import { showSpool } from './telemetry/spool-gauges.ts';
import { showStoreBuffers } from './telemetry/store-buffer-gauges.ts';

const EXIT_CONFIG = 2;
/** What telemetry may take to send what is left. */
const LAST_WORDS_MS = 3_000;

const clock = systemClock;
const schedule = systemSchedule;

async function openStore(config: Config, { registry }: Telemetry): Promise<ObjectStore> {
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

async function serve(config: Config): Promise<void> {
  const routes = await loadRoutes(config);
  const telemetry = await openTelemetry({
    config,
    environment: process.env,
    version: packageJson.version,
    hostName: hostname(),
    processId: process.pid,
    words: labelWords(routes.names),
    clock,
    schedule,
  });
  const { emit, registry, traces } = telemetry;
  const store = await openStore(config, telemetry);
  const newId = () => ulid(clock.nowMs(), randomBytes(10));
  const ingest = await openIngest({
    config,
    routes,
    store,
    spoolFolder: config.ack === 'spooled' ? await openSpoolFolder(config) : undefined,
    implementation,
    owner: `${hostname()}/${process.pid}/${new Date(clock.nowMs()).toISOString()}`,
    newId,
    clock,
    schedule,
    random: Math.random,
    emit,
    traceparentOf: traces?.ofBatch,
  });
  if (ingest.spool !== undefined) showSpool(registry, ingest.spool);
  const readiness = new ReadinessCheck(() => ingest.check(), clock);
  const balancers = new Networks(config.proxyProtocolFrom);
  const admin = await startAdminServer({
    host: config.adminHost,
    port: config.adminPort,
    accept: (socket, next) => withoutProxyHeader(socket, balancers, next),
    readiness: () => readiness.check(),
    metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
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
    traceparentOf: traces?.ofAssociation,
  });
  showBytesInFlight(registry, network.bytesInFlight);
  telemetry.watchLoad(() => ({ Associations: network.liveAssociations(), BytesInFlight: network.bytesInFlight() }));
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
    await ingest.drain(deadline);
    emit({ event: 'service-stopped', endedAssociations });
    await telemetry.close(new Promise((resolve) => schedule(LAST_WORDS_MS, resolve)));
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
  if (error instanceof TlsIdentityError || error instanceof AuditError) return error.message;
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

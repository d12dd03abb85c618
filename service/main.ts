import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ConfigError, parseConfig } from '../core/config.ts';
import type { Config } from '../core/config-schema.ts';
import { importableTransferSyntaxes } from '../core/healthimaging.ts';
import { implementation } from '../core/implementation.ts';
import { StoreFault } from '../core/object-store.ts';
import { PeersFileError } from '../core/peers.ts';
import { RoutesFileError } from '../core/routes-file.ts';
import { systemClock, systemSchedule } from '../core/system-clock.ts';
import { ulid } from '../core/ulid.ts';
import packageJson from '../package.json' with { type: 'json' };
import { ReadinessCheck } from './admin/readiness.ts';
import { startAdminServer } from './admin/server.ts';
import { OperatorTokenError } from './admin/status/operator-token.ts';
import { openCommitment } from './commitment/open-commitment.ts';
import { loadRoutes } from './ingest/load-routes.ts';
import { openIngest } from './ingest/open-ingest.ts';
import { labelWords } from './label-words.ts';
import { Networks } from './net/address.ts';
import { openNetwork } from './net/open-network.ts';
import { withoutProxyHeader } from './net/origin.ts';
import { protectTask } from './net/task-protection.ts';
import { TlsIdentityError } from './net/tls-identity.ts';
import { openStatusPage } from './open-status-page.ts';
import { openStores } from './open-stores.ts';
import { AuditError } from './telemetry/audit/open-audit.ts';
import { showBytesInFlight } from './telemetry/network-gauges.ts';
import { openTelemetry } from './telemetry/open-telemetry.ts';
import { safeText } from './telemetry/safe-text.ts';
import { showSpool } from './telemetry/spool-gauges.ts';
import { watchImports } from './watch-imports.ts';

const EXIT_CONFIG = 2;
/** What telemetry may take to send what is left. */
const LAST_WORDS_MS = 3_000;

const clock = systemClock;
const schedule = systemSchedule;

async function serve(config: Config, ecsAgentUri: string | undefined): Promise<void> {
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
  const { emit, registry, traces, live } = telemetry;
  const random = Math.random;
  const stores = await openStores(config, { clock, schedule, random, newId: randomUUID, registry });
  const { store } = stores;
  const owner = `${hostname()}/${process.pid}/${new Date(clock.nowMs()).toISOString()}`;
  const newId = () => ulid(clock.nowMs(), randomBytes(10));
  const ingest = await openIngest({
    config,
    routes,
    store,
    spoolFolder: stores.spool,
    implementation,
    owner,
    newId,
    clock,
    schedule,
    random,
    emit,
    traceparentOf: traces?.ofBatch,
  });
  if (ingest.spool !== undefined) showSpool(registry, ingest.spool);
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
    metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    ...statusPage,
  });
  const commitment = await openCommitment({
    config,
    store,
    folder: stores.commitments,
    openInstances: () => ingest.openInstances(),
    owner,
    clock,
    schedule,
    random,
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
    traceparentOf: traces?.ofAssociation,
  });
  showBytesInFlight(registry, network.bytesInFlight);
  telemetry.watchLoad(() => ({ Associations: network.liveAssociations(), BytesInFlight: network.bytesInFlight() }));
  const stopWatching = await watchImports(config, { registry, clock, schedule, emit });
  commitment?.start(network.reach);
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
    await commitment?.close(deadline);
    await ingest.drain(deadline);
    stopWatching?.();
    await protection?.close();
    emit({ event: 'service-stopped', endedAssociations });
    await telemetry.close(new Promise((resolve) => schedule(LAST_WORDS_MS, resolve)));
    await admin.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', network.reload);
  // Last: whoever hears that the service listens may tell it to stop.
  readiness.listening();
  const { port, tlsPort } = network;
  emit({ event: 'service-listening', host: config.host, port, tlsPort, adminPort: admin.port });
}

/** What keeps the service from starting, in a sentence for whoever started it. */
function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreFault) return error.message;
  if (error instanceof PeersFileError || error instanceof RoutesFileError) return error.message;
  if (error instanceof TlsIdentityError || error instanceof AuditError) return error.message;
  if (error instanceof OperatorTokenError) return error.message;
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

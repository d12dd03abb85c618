import type { Registry } from 'prom-client';
import type { Clock, Schedule, Timer } from '../../core/clock.ts';
import type { Config } from '../../core/config-schema.ts';
import type { ServiceMetricName } from '../../core/service-metrics.ts';
import { isTracingWanted, serviceNameFor } from '../../core/tracing-settings.ts';
import { type AuditTrail, openAudit } from './audit/open-audit.ts';
import { startEmbeddedMetrics } from './embedded-metrics.ts';
import type { Emit } from './events.ts';
import { showLimits } from './limit-gauges.ts';
import { LiveStatus } from './live-status.ts';
import { logProjection } from './log.ts';
import type { LabelWords } from './metrics/label-words.ts';
import { createMetrics } from './metrics.ts';
import { openBatchAge } from './open-batch-age.ts';
import { openLog } from './open-log.ts';
import type { Traces } from './spans/traces.ts';

const SERVICE_NAME = 'dicom-store-scp';

export interface TelemetryOptions {
  readonly config: Config;
  /** The environment of the process: tracing is configured by `OTEL_*` alone. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly hostName: string;
  readonly processId: number;
  readonly words: LabelWords;
  readonly clock: Clock;
  readonly schedule: Schedule;
}

/** All that is told of the service. */
export interface Telemetry {
  /** Tells everybody of an event. Never throws, and waits for nobody. */
  readonly emit: Emit;
  readonly registry: Registry;
  /** Undefined when nothing is traced. */
  readonly traces: Traces | undefined;
  /** What the status page shows of this process; undefined when there is no such page. */
  readonly live: LiveStatus | undefined;
  /** Tells CloudWatch once a minute how busy this process is, where the settings ask for it. */
  readonly watchLoad: (read: () => Readonly<Record<ServiceMetricName, number>>) => void;
  /** Sends what is left of the audit trail and of spans; resolves when that is done, or `deadline` has. */
  readonly close: (deadline: Promise<void>) => Promise<void>;
}

/**
 * Opens log, metrics, and where they are asked for spans and audit trail.
 * @throws AuditError
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { config, environment, version, hostName, processId, words, clock, schedule } = options;
  const { nowMs } = clock;
  const traces = await openTracesIfWanted(environment, version, nowMs);
  const metrics = createMetrics(version, {
    words,
    callingAeTitles: config.callingAeTitles,
    exemplars: traces !== undefined,
    nowMs,
  });
  const { registry } = metrics;
  showLimits(registry, config);
  const seeBatches = openBatchAge(registry, nowMs);
  const live = config.statusPage ? new LiveStatus(clock) : undefined;
  const log = openLog(config.logLevel);
  const writeLog = logProjection(log);
  let audit: AuditTrail | undefined;
  let load: Timer | undefined;
  const emit: Emit = (event) => {
    // First, since the others say where in a trace an event belongs.
    const trace = traces?.project(event);
    metrics.project(event, trace);
    seeBatches(event);
    live?.project(event);
    writeLog(event, trace);
    audit?.project(event);
  };
  audit = await openAudit({
    config,
    auditor: { sourceId: config.auditSourceId ?? hostName, hostName, processId, aeTitles: config.aeTitles, nowMs },
    log,
    schedule,
    emit,
    count: metrics.countAudit,
  });
  return {
    emit,
    registry,
    traces,
    live,
    watchLoad: (read) => {
      const { cloudwatchNamespace: namespace } = config;
      if (namespace === undefined) return;
      load = startEmbeddedMetrics({ namespace, serviceName: SERVICE_NAME, read, log, nowMs, schedule });
    },
    close: async (deadline) => {
      load?.cancel();
      await Promise.all([audit?.close(deadline), Promise.race([traces?.close(), deadline])]);
    },
  };
}

/** Loads the SDK only where spans have somewhere to go: it is some megabytes. */
async function openTracesIfWanted(
  environment: TelemetryOptions['environment'],
  version: string,
  nowMs: () => number,
): Promise<Traces | undefined> {
  if (!isTracingWanted(environment)) return undefined;
  const { openTraces } = await import('./spans/open-traces.ts');
  return openTraces({ serviceName: serviceNameFor(environment), version, nowMs });
}

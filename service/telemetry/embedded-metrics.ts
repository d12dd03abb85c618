import type { Logger } from 'pino';
import type { Schedule, Timer } from '../../core/clock.ts';
import { type ServiceMetricName, serviceMetrics } from '../../core/service-metrics.ts';

const INTERVAL_MS = 60_000;
const DIMENSION = 'service';

export interface EmbeddedMetricsOptions {
  readonly namespace: string;
  readonly serviceName: string;
  readonly read: () => Readonly<Record<ServiceMetricName, number>>;
  readonly log: Pick<Logger, 'info'>;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
}

/**
 * Writes a line in CloudWatch's embedded metric format ("Specification: Embedded metric format") at once and every minute.
 * CloudWatch Logs makes metrics of it; nothing is called and nobody is waited for.
 */
export function startEmbeddedMetrics(options: EmbeddedMetricsOptions): Timer {
  const { schedule, log } = options;
  let timer: Timer;
  const tell = () => {
    log.info(embeddedMetrics(options), 'embedded metrics');
    timer = schedule(INTERVAL_MS, tell);
  };
  tell();
  return { cancel: () => timer.cancel() };
}

function embeddedMetrics({ namespace, serviceName, read, nowMs }: EmbeddedMetricsOptions) {
  return {
    _aws: {
      Timestamp: nowMs(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[DIMENSION]],
          Metrics: Object.entries(serviceMetrics).map(([Name, { unit: Unit }]) => ({ Name, Unit })),
        },
      ],
    },
    [DIMENSION]: serviceName,
    ...read(),
  };
}

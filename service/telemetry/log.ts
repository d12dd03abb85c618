import type { Logger } from 'pino';
import type { TraceContext } from '../../core/traceparent.ts';
import type { TelemetryEvent } from './events.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

const levels: Readonly<Record<TelemetryEvent['event'], Level>> = {
  'service-listening': 'info',
  'service-draining': 'info',
  'service-stopped': 'info',
  'connection-refused': 'warn',
  'connection-rate-exceeded': 'warn',
  'tls-loaded': 'info',
  'peers-loaded': 'info',
  'reload-failed': 'error',
  'peer-recorded': 'warn',
  'recording-failed': 'error',
  'bytes-in-flight-saturated': 'warn',
  'connection-closed-early': 'debug',
  'association-accepted': 'info',
  'association-rejected': 'warn',
  'association-ended': 'info',
  'echo-answered': 'debug',
  'request-refused': 'warn',
  'leniency-used': 'debug',
  'instance-stored': 'debug',
  'instance-spooled': 'debug',
  'instance-refused': 'warn',
  'import-doubtful': 'warn',
  'instance-differs': 'warn',
  'routes-loaded': 'info',
  'spool-opened': 'info',
  'spool-busy': 'warn',
  'spool-level': 'warn',
  'instance-uploaded': 'debug',
  'upload-failed': 'warn',
  'uploads-resumed': 'info',
  'spool-record-damaged': 'error',
  'spool-drained': 'info',
  'task-protection-failed': 'warn',
  'batch-opened': 'info',
  'batch-joined': 'debug',
  'batch-sealed': 'info',
  'batch-abandoned': 'info',
  'batch-lost': 'warn',
  'seal-failed': 'error',
  'lease-renewal-failed': 'warn',
  'operator-acted': 'warn',
  'ledger-read-failed': 'warn',
  'commitment-requested': 'info',
  'commitment-decided': 'info',
  'commitment-reported': 'info',
  'commitment-report-failed': 'warn',
  'commitment-expired': 'error',
  'commitment-trouble': 'error',
  'audit-failed': 'error',
  'audit-resumed': 'warn',
  bug: 'error',
};

/** Each event as one line of JSON; what belongs to a trace names it, as OpenTelemetry's logs do. */
export function logProjection(logger: Logger): (event: TelemetryEvent, trace?: TraceContext) => void {
  return (telemetry, trace) => {
    const level = levelOf(telemetry);
    if (!logger.isLevelEnabled(level)) return;
    const { event, ...fields } = telemetry;
    const place = trace === undefined ? undefined : { trace_id: trace.traceId, span_id: trace.spanId };
    if ('error' in fields) {
      const { error, ...rest } = fields;
      logger[level]({ event, ...rest, ...place, err: error }, sentence(event));
    } else {
      logger[level]({ event, ...fields, ...place }, sentence(event));
    }
  };
}

function levelOf(telemetry: TelemetryEvent): Level {
  switch (telemetry.event) {
    case 'association-ended':
      // An aborted association is worth a warning.
      return telemetry.how === 'released' ? levels[telemetry.event] : 'warn';
    case 'import-doubtful':
      // A modality whose UIDs are odd has odd ones in every instance; the counter tells as much.
      return telemetry.severity === 'fails' ? levels[telemetry.event] : 'debug';
    case 'connection-refused':
      // Whoever connects too often is warned of once, as `connection-rate-exceeded`, lest it fills the log.
      return telemetry.reason === 'connection-rate' ? 'debug' : levels[telemetry.event];
    default:
      return levels[telemetry.event];
  }
}

const sentence = (event: string): string => event.replaceAll('-', ' ');

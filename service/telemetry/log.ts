import type { Logger } from 'pino';
import type { TelemetryEvent } from './events.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

const levels: Readonly<Record<TelemetryEvent['event'], Level>> = {
  'service-listening': 'info',
  'service-draining': 'info',
  'service-stopped': 'info',
  'connection-refused': 'warn',
  'connection-closed-early': 'debug',
  'association-accepted': 'info',
  'association-rejected': 'warn',
  'association-ended': 'info',
  'echo-answered': 'debug',
  'request-refused': 'warn',
  'leniency-used': 'debug',
  'instance-stored': 'debug',
  'instance-refused': 'warn',
  'instance-differs': 'warn',
  'batch-opened': 'info',
  'batch-sealed': 'info',
  'batch-abandoned': 'info',
  'batch-lost': 'warn',
  'seal-failed': 'error',
  'lease-renewal-failed': 'warn',
  bug: 'error',
};

/** Each event as one line of JSON. An aborted association is worth a warning. */
export function logProjection(logger: Logger): (event: TelemetryEvent) => void {
  return ({ event, ...fields }) => {
    const level =
      event === 'association-ended' && 'how' in fields && fields.how !== 'released' ? 'warn' : levels[event];
    if ('error' in fields) {
      const { error, ...rest } = fields;
      logger[level]({ event, ...rest, err: error }, sentence(event));
    } else {
      logger[level]({ event, ...fields }, sentence(event));
    }
  };
}

const sentence = (event: string): string => event.replaceAll('-', ' ');

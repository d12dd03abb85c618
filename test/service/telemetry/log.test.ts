import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { TelemetryEvent } from '../../../service/telemetry/events.ts';
import { logProjection } from '../../../service/telemetry/log.ts';
import { sampleEvents } from './sample-events.ts';

/** The line that an event becomes. */
function lineOf(event: TelemetryEvent): Record<string, unknown> {
  const lines: string[] = [];
  const logger = pino(
    { level: 'debug', base: null, messageKey: 'message', formatters: { level: (label) => ({ level: label }) } },
    { write: (line) => lines.push(line) },
  );
  logProjection(logger)(event);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

describe('the log', () => {
  it.each(Object.values(sampleEvents))('has a line with level, name and sentence of $event', (event) => {
    const line = lineOf(event);
    expect(['debug', 'info', 'warn', 'error']).toContain(line.level);
    expect(line).toMatchObject({ event: event.event, message: event.event.replaceAll('-', ' ') });
  });

  it('has every field of an event', () => {
    expect(lineOf(sampleEvents['batch-sealed'])).toMatchObject({ files: 1, bytes: 1_000, reason: 'quiet' });
  });

  it('warns of associations that were not released', () => {
    const ended = sampleEvents['association-ended'];
    expect(lineOf(ended).level).toBe('info');
    expect(lineOf({ ...ended, how: 'aborted-by-peer' }).level).toBe('warn');
  });

  it('has the stack of a bug', () => {
    expect(lineOf(sampleEvents.bug)).toMatchObject({ level: 'error', err: { type: 'Error', message: 'a bug' } });
  });
});

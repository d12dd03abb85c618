import { type Logger, pino } from 'pino';

/**
 * The log: a line of JSON for each event on standard output, written before the caller goes on. A log that cannot be
 * written, because nobody reads it any more or its disk is full, is no reason to stop receiving images.
 */
export function openLog(level: string): Logger {
  const output = pino.destination({ dest: 1, sync: true });
  output.on('error', () => undefined);
  return pino(
    {
      level,
      messageKey: 'message',
      base: { service: 'dicom-store-scp' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
}

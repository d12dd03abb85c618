const form = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** The moment that an X-Amz-Date (YYYYMMDDTHHMMSSZ) names, in milliseconds since the epoch; undefined when it is none. */
export function parseTimestamp(timestamp: string): number | undefined {
  const [, year, month, day, hour, minute, second] = form.exec(timestamp) ?? [];
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

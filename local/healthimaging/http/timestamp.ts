/** A time as the service gives it: seconds since the epoch, with a fraction. */
export function timestamp(timeMs: number): number {
  return timeMs / 1000;
}

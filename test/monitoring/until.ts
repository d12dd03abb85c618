import { setTimeout as pause } from 'node:timers/promises';

const AGAIN_AFTER_MS = 250;

/**
 * Looks again and again until something is found.
 * @throws Error that says what was seen last, when the deadline has passed
 */
export async function until<T>(
  what: string,
  deadlineMs: number,
  look: () => Promise<T | undefined>,
  seen: () => unknown = () => '',
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endMs)
      throw new Error(`not within ${deadlineMs} ms: ${what}. Seen: ${JSON.stringify(seen())}`);
    await pause(AGAIN_AFTER_MS);
  }
}

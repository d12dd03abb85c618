import { setTimeout as pause } from 'node:timers/promises';
import type { RehearsedFault } from './faults.ts';
import type { Site } from './site.ts';
import { until } from './until.ts';

const PATIENCE_MS = 180_000;
const BETWEEN_INJECTIONS_MS = 1_000;

/** What became of a fault. */
export interface Rehearsal {
  /** From the first injection until all its alerts fired at once. */
  readonly raisedAfterMs: number;
  /** Alerts that fired and that it does not raise. */
  readonly unexpected: readonly string[];
}

/** Waits until no alert fires. */
export async function quiet(site: Site): Promise<void> {
  let firing: readonly string[] = [];
  await until(
    'no alert fires',
    PATIENCE_MS,
    async () => {
      firing = await site.prometheus.firing();
      return firing.length === 0 ? true : undefined;
    },
    () => firing,
  );
}

/** Injects a fault until its alerts have fired, heals it, and waits for silence unless it was the last. */
export async function rehearse(site: Site, fault: RehearsedFault, isLast = false): Promise<Rehearsal> {
  const sinceMs = Date.now();
  let over = false;
  const injecting = (async () => {
    while (!over) {
      await fault.inject(site);
      await pause(BETWEEN_INJECTIONS_MS);
    }
  })();
  let fired: readonly string[] = [];
  try {
    await until(
      `${fault.what} raises ${fault.raises.join(' and ')}`,
      PATIENCE_MS,
      async () => {
        fired = await site.prometheus.firedSince(sinceMs);
        return fault.raises.every((alert) => fired.includes(alert)) ? true : undefined;
      },
      () => fired,
    );
  } finally {
    over = true;
    await injecting;
    await fault.heal?.(site);
  }
  const raisedAfterMs = Date.now() - sinceMs;
  if (!isLast) await quiet(site);
  const expected = [...fault.raises, ...(fault.mayRaise ?? [])];
  const unexpected = (await site.prometheus.firedSince(sinceMs)).filter((alert) => !expected.includes(alert));
  return { raisedAfterMs, unexpected };
}

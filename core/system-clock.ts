import type { Clock, Schedule } from './clock.ts';

/** The machine's own time. Only what composes a process takes it from here; everything else is given it. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

/** The machine's own timers. */
export const systemSchedule: Schedule = (delayMs, task) => {
  const timer = setTimeout(task, delayMs);
  return { cancel: () => clearTimeout(timer) };
};

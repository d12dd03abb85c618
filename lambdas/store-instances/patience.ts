import { PipelineFault } from '../../core/pipeline-fault.ts';

export interface PatienceOptions {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to and without 1. */
  readonly random: () => number;
}

/** What is urgent is not put off for long: then an import job is the faster way. */
export const patience = { attempts: 5, firstDelayMs: 500, maxDelayMs: 8_000 } as const;

const passing = ['IMPORT_THROTTLED', 'IMPORT_UNAVAILABLE'];

/**
 * Tries again what HealthImaging puts off or does not answer, with full jitter: requests that were refused together do
 * not come back together.
 * @param untilMs no attempt begins after it
 * @throws what the last attempt threw
 */
export async function withPatience<T>(
  attempt: () => Promise<T>,
  untilMs: number,
  { nowMs, sleep, random }: PatienceOptions,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = error instanceof PipelineFault && passing.includes(error.code);
      const delayMs = random() * Math.min(patience.maxDelayMs, patience.firstDelayMs * 2 ** tried);
      if (!mayPass || tried >= patience.attempts || nowMs() + delayMs >= untilMs) throw error;
      await sleep(delayMs);
    }
  }
}

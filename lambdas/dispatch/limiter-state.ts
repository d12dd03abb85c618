import { z } from 'zod';
import { type Lane, parseLane } from './lane.ts';
import { noTurns, type Turns } from './plan-starts.ts';

/** The limiter's item. Its lease is `owner` and `untilMs`. */
export const limiterItemSchema = z.object({
  lanes: z.set(z.string()).optional(),
  tokens: z.number().optional(),
  atMs: z.number().optional(),
  pausedUntilMs: z.number().optional(),
  refusals: z.int().optional(),
  turns: z.object({ statInARow: z.int(), given: z.int(), lastGiven: z.record(z.string(), z.int()) }).optional(),
});

/** What the limiter knows from one start to the next. Times are milliseconds since the epoch. */
export interface LimiterState {
  readonly lanes: readonly Lane[];
  readonly tokens: number;
  readonly atMs: number;
  /** Nothing is started before: HealthImaging has refused for its quotas. */
  readonly pausedUntilMs: number;
  /** How often it has refused in a row. */
  readonly refusals: number;
  readonly turns: Turns;
}

/** A limiter that knows nothing has one token: a start that its forerunner made may be a moment ago. */
export function limiterStateOf(item: unknown, nowMs: number): LimiterState {
  const { lanes = new Set(), tokens, atMs, pausedUntilMs, refusals, turns } = limiterItemSchema.parse(item);
  return {
    lanes: [...lanes].flatMap((name) => parseLane(name) ?? []),
    tokens: tokens ?? 1,
    atMs: atMs ?? nowMs,
    pausedUntilMs: pausedUntilMs ?? 0,
    refusals: refusals ?? 0,
    turns: turns ?? noTurns,
  };
}

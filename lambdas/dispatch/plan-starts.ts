import type { BatchId } from '../../core/object-keys.ts';
import type { Lane } from './lane.ts';

/** After so many stat batches in a row one routine batch has its turn, if any waits. */
export const STAT_IN_A_ROW = 4;

/** Who has had a turn: the memory of fairness. */
export interface Turns {
  readonly statInARow: number;
  /** Counts all turns that were given. */
  readonly given: number;
  /** By lane, the turn that it was given last. */
  readonly lastGiven: Readonly<Record<string, number>>;
}

export const noTurns: Turns = { statInARow: 0, given: 0, lastGiven: {} };

/** A lane and its batches that are next, the oldest first. */
export interface WaitingLane {
  readonly lane: Lane;
  readonly batchIds: readonly BatchId[];
}

export interface PlannedStart {
  readonly batchId: BatchId;
  readonly lane: Lane;
}

/**
 * Which batches are started next, and in what order. Stat before routine, but never so that routine stands still; within
 * a priority the lane whose last turn is longest ago; within a lane the oldest. So a hospital with one batch waits for
 * one turn of each other hospital, however many batches those have.
 * @param starts how many may be started now
 * @param slots by datastore, how many jobs it takes now
 */
export function planStarts(
  waiting: readonly WaitingLane[],
  turns: Turns,
  starts: number,
  slots: ReadonlyMap<string, number>,
): { readonly planned: readonly PlannedStart[]; readonly turns: Turns } {
  const free = new Map(slots);
  const rest = new Map(waiting.map(({ lane, batchIds }) => [lane.name, [...batchIds]]));
  const planned: PlannedStart[] = [];
  let { statInARow, given } = turns;
  const lastGiven: Record<string, number> = { ...turns.lastGiven };

  while (planned.length < starts) {
    const ready = waiting
      .map(({ lane }) => lane)
      .filter(({ name, datastoreId }) => (rest.get(name)?.length ?? 0) > 0 && (free.get(datastoreId) ?? 0) > 0);
    const stat = ready.filter(({ priority }) => priority === 'stat');
    const routine = ready.filter(({ priority }) => priority === 'routine');
    const isStatsTurn = stat.length > 0 && (statInARow < STAT_IN_A_ROW || routine.length === 0);
    const [lane] = (isStatsTurn ? stat : routine).toSorted(
      (a, b) => (lastGiven[a.name] ?? 0) - (lastGiven[b.name] ?? 0) || (a.name < b.name ? -1 : 1),
    );
    const batchId = lane === undefined ? undefined : rest.get(lane.name)?.shift();
    if (lane === undefined || batchId === undefined) break;
    planned.push({ batchId, lane });
    given += 1;
    lastGiven[lane.name] = given;
    statInARow = isStatsTurn ? Math.min(statInARow + 1, STAT_IN_A_ROW) : 0;
    free.set(lane.datastoreId, (free.get(lane.datastoreId) ?? 0) - 1);
  }
  const names = new Set(waiting.map(({ lane }) => lane.name));
  const remembered = Object.fromEntries(Object.entries(lastGiven).filter(([name]) => names.has(name)));
  return { planned, turns: { statInARow, given, lastGiven: remembered } };
}

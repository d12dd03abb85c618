import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchId } from '../../../core/object-keys.ts';
import type { Lane } from '../../../lambdas/dispatch/lane.ts';
import { laneOf, parseLane } from '../../../lambdas/dispatch/lane.ts';
import {
  noTurns,
  planStarts,
  STAT_IN_A_ROW,
  type Turns,
  type WaitingLane,
} from '../../../lambdas/dispatch/plan-starts.ts';

const lane = (route: string, priority: Lane['priority'] = 'routine', datastoreId = 'd'): Lane =>
  laneOf({ route, priority, datastoreId });
const waiting = (of: Lane, count: number): WaitingLane => ({
  lane: of,
  batchIds: Array.from({ length: count }, (_, index) => `${of.name}-${index}` as BatchId),
});
const plenty = new Map([['d', 1_000]]);
const routes = (planned: readonly { readonly lane: Lane }[]) => planned.map((one) => one.lane.name.split('#')[2]);

/** Serves lanes one start at a time, as a dispatcher does that dies after each. */
function serve(lanes: readonly WaitingLane[], starts: number) {
  const left = lanes.map(({ lane: of, batchIds }) => ({ lane: of, batchIds: [...batchIds] }));
  const served: string[] = [];
  let turns: Turns = noTurns;
  for (let start = 0; start < starts; start++) {
    const plan = planStarts(
      left.filter(({ batchIds }) => batchIds.length > 0),
      turns,
      1,
      plenty,
    );
    turns = plan.turns;
    for (const { lane: of } of plan.planned) {
      served.push(of.name);
      left.find((one) => one.lane === of)?.batchIds.shift();
    }
  }
  return served;
}

describe('whose turn it is', () => {
  it('goes round the routes, however many batches each has', () => {
    const { planned } = planStarts([waiting(lane('a'), 50), waiting(lane('b'), 2)], noTurns, 5, plenty);
    expect(routes(planned)).toEqual(['a', 'b', 'a', 'b', 'a']);
  });

  it('remembers from one plan to the next', () => {
    const lanes = [waiting(lane('a'), 9), waiting(lane('b'), 9)];
    const first = planStarts(lanes, noTurns, 1, plenty);
    expect(routes(first.planned)).toEqual(['a']);
    expect(routes(planStarts(lanes, first.turns, 1, plenty).planned)).toEqual(['b']);
  });

  it('is stat’s before routine’s', () => {
    const { planned } = planStarts([waiting(lane('ct'), 3), waiting(lane('er', 'stat'), 2)], noTurns, 3, plenty);
    expect(routes(planned)).toEqual(['er', 'er', 'ct']);
  });

  it('passes by what has no slot', () => {
    const lanes = [waiting(lane('full', 'stat', 'e'), 3), waiting(lane('free'), 3)];
    const slots = new Map([
      ['d', 2],
      ['e', 0],
    ]);
    expect(routes(planStarts(lanes, noTurns, 9, slots).planned)).toEqual(['free', 'free']);
  });

  it('never lets anybody wait for more than a bounded number of turns', () => {
    const lanes = fc.uniqueArray(
      fc.record({
        route: fc.string({ minLength: 1, maxLength: 3 }),
        stat: fc.boolean(),
        count: fc.integer({ min: 1, max: 40 }),
      }),
      { selector: ({ route }) => route, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(lanes, (drawn) => {
        const all = drawn.map(({ route, stat, count }) => waiting(lane(route, stat ? 'stat' : 'routine'), count));
        const total = all.reduce((sum, { batchIds }) => sum + batchIds.length, 0);
        const served = serve(all, total);
        expect(served).toHaveLength(total);
        const stats = drawn.filter(({ stat }) => stat).length;
        for (const { lane: of } of all) {
          // A routine lane's turn comes after those of the others, each behind so many stat batches.
          const others = of.priority === 'stat' ? stats : all.length - stats;
          const bound = others * (STAT_IN_A_ROW + 1);
          const turns = served.flatMap((name, index) => (name === of.name ? [index] : []));
          turns.forEach((turn, index) => {
            expect(turn - (turns[index - 1] ?? -1)).toBeLessThanOrEqual(bound);
          });
        }
      }),
    );
  });
});

describe('the name of a lane', () => {
  it('can be read again', () => {
    expect(parseLane(lane('er', 'stat').name)).toEqual(lane('er', 'stat'));
    expect(parseLane('importing#d')).toBeUndefined();
  });
});

import type { LimiterState } from '../../../lambdas/dispatch/limiter-state.ts';
import { noTurns } from '../../../lambdas/dispatch/plan-starts.ts';
import type { StartQueue } from '../../../lambdas/dispatch/start-queue.ts';

/** A bug of the limiter that the simulation has to find. */
export interface PlantedBug {
  readonly name: string;
  /** What of the simulation's judgement it shows in. */
  readonly shows: RegExp;
  readonly plant: (queue: StartQueue) => StartQueue;
}

type Changed = (state: LimiterState) => LimiterState;

/** The same queue, with a limiter that remembers something else than it was told. */
const thatRemembers =
  (changed: Changed) =>
  (queue: StartQueue): StartQueue => {
    const or = (state: LimiterState | undefined) => (state === undefined ? undefined : changed(state));
    return {
      ...queue,
      acquire: async (lease, nowMs) => or(await queue.acquire(lease, nowMs)),
      save: async (lease, state) => or(await queue.save(lease, state)),
    };
  };

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a limiter that forgets whose turn it was',
    shows: /had its first turn/,
    plant: thatRemembers((state) => ({ ...state, turns: noTurns })),
  },
  {
    name: 'tokens that are not used up',
    shows: /refused/,
    plant: thatRemembers((state) => ({ ...state, tokens: 2 })),
  },
  {
    name: 'jobs under way that are not counted',
    shows: /refused/,
    plant: (queue) => ({ ...queue, countAtWork: async () => 0 }),
  },
  {
    name: 'urgent batches that wait like all others',
    shows: /urgent/,
    plant: thatRemembers((state) => ({
      ...state,
      lanes: state.lanes.map((lane) => ({ ...lane, priority: 'routine' })),
    })),
  },
  {
    name: 'tokens that flow at half the pace',
    shows: /the last batch/,
    plant: (queue) => {
      let atMs = 0;
      return thatRemembers((state) => {
        // Of the time that has passed since the last look, only half is there.
        const passedMs = atMs === 0 ? 0 : Math.max(0, state.atMs - atMs);
        atMs = state.atMs;
        return { ...state, tokens: state.tokens - passedMs / 2_000 };
      })(queue);
    },
  },
];

import { describe, expect, it } from 'vitest';
import { planOf as anyPlanOf } from './plan.ts';
import { plantedBugs } from './planted-bugs.ts';
import { simulate } from './world.ts';

/** Each is found much sooner; a seed more or less should not matter. */
const MAX_SEEDS = 200;

describe('the simulation finds', () => {
  it.each(plantedBugs)(
    '$name',
    async ({ planted, plant, planOf = anyPlanOf }) => {
      const remove = plant?.();
      try {
        let seed = 1;
        while (seed <= MAX_SEEDS && (await simulate(planOf(seed), planted?.())).violations.length === 0) seed += 1;
        expect(seed).toBeLessThanOrEqual(MAX_SEEDS);
      } finally {
        remove?.();
      }
    },
    60_000,
  );
});

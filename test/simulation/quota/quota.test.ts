import { describe, expect, it } from 'vitest';
import { violationsOf } from './judge-quota.ts';
import { plantedBugs } from './planted-bugs.ts';
import { serve } from './quota-world.ts';
import { floodOf } from './report.ts';

const arrivals = floodOf({ batches: 600, hospitals: 20, statMinutes: 8, statsTogether: 3 });
/** Once the starts are what there is too little of, once the jobs under way. */
const scenarios = {
  'few starts': { arrivals, startsPerSecond: 1, concurrentJobs: 100, jobMs: 60_000 },
  'few jobs': { arrivals, startsPerSecond: 1, concurrentJobs: 30, jobMs: 60_000 },
  'many of both': { arrivals, startsPerSecond: 100, concurrentJobs: 10_000, jobMs: 60_000 },
} as const;

describe('the limiter', () => {
  it.each(Object.entries(scenarios))('keeps quotas, urgency, fairness and pace: %s', async (_, scenario) => {
    const outcome = await serve(scenario);
    expect(outcome.served).toHaveLength(arrivals.length);
    expect(violationsOf(scenario, outcome)).toEqual([]);
  });
});

describe('the simulation of quotas finds', () => {
  it.each(plantedBugs)('$name', async ({ plant, shows }) => {
    const found: string[] = [];
    for (const scenario of [scenarios['few starts'], scenarios['few jobs']]) {
      found.push(...violationsOf(scenario, await serve(scenario, plant)));
    }
    expect(found.join('\n')).toMatch(shows);
  });
});

import { expect, it } from 'vitest';
import { rehearse } from './rehearsal.ts';
import { readTerms } from './terms.ts';

/** The others, and in real time, by `npm run rehearse`. A balancer that is quicker than AWS's keeps it short. */
const SCALE = 15;
const DEREGISTRATION_SECONDS = 45;

it('an update fails no association, a killed pod loses nothing that was acknowledged', async () => {
  const terms = readTerms(SCALE, [`nlb.deregistrationSeconds=${DEREGISTRATION_SECONDS}`]);
  const { problems, scenarios, acknowledged, named } = await rehearse({
    terms,
    scale: SCALE,
    scenarios: ['rolling update', 'pod killed'],
    propagationSeconds: DEREGISTRATION_SECONDS,
    seed: 1,
  });
  expect(problems).toEqual([]);
  expect(named).toBeGreaterThanOrEqual(acknowledged);
  const { 'rolling update': update, 'pod killed': kill } = scenarios;
  expect(update).toMatchObject({ failures: {}, turnedAway: 0 });
  expect(update?.fewestHealthyTargets).toBeGreaterThanOrEqual(terms.replicas - terms.maxUnavailable);
  for (const figures of [update, kill]) expect(figures?.instances).toBeGreaterThan(0);
}, 180_000);

import { DISPATCH_EVERY_MS, type Outcome, type QuotaScenario, type Served } from './quota-world.ts';

const waitOf = ({ atMs, startedAtMs }: Served): number => startedAtMs - atMs;
const largest = (values: readonly number[]): number => values.reduce((max, value) => Math.max(max, value), 0);

/** How much of the quota may stay unused. */
const SLACK = 1.1;
/** What is urgent waits for these at most besides those that came with it: a start that was planned, one of a routine batch. */
const TURNS_OF_OTHERS = 2;

/** In what a limiter has failed: quota, urgency, fairness, pace. Empty when it is as it should be. */
export function violationsOf(scenario: QuotaScenario, { served, refused }: Outcome): readonly string[] {
  const { arrivals, startsPerSecond, concurrentJobs, jobMs } = scenario;
  const found: string[] = [];
  if (refused > 0) found.push(`HealthImaging refused ${refused} starts`);

  const msAStart = Math.max(1_000 / startsPerSecond, jobMs / concurrentJobs);
  const stat = served.filter(({ priority }) => priority === 'stat');
  const together = largest([...Map.groupBy(stat, ({ atMs }) => atMs).values()].map(({ length }) => length));
  const waited = largest(stat.map(waitOf));
  if (waited > (together + TURNS_OF_OTHERS) * msAStart) found.push(`an urgent batch waited ${waited} ms`);

  const routine = Map.groupBy(
    served.filter(({ priority }) => priority === 'routine'),
    ({ route }) => route,
  );
  // One turn of each, and of what is urgent meanwhile, from when the dispatcher wakes.
  const turnMs = DISPATCH_EVERY_MS + (routine.size + together + TURNS_OF_OTHERS) * msAStart * SLACK;
  for (const [route, batches] of routine) {
    const firstMs = Math.min(...batches.map(({ startedAtMs }) => startedAtMs));
    if (firstMs > turnMs) found.push(`${route} had its first turn after ${firstMs} ms`);
  }

  const allMs = DISPATCH_EVERY_MS + arrivals.length * msAStart * SLACK;
  const lastMs = largest(served.filter(({ atMs }) => atMs === 0).map(({ startedAtMs }) => startedAtMs));
  if (lastMs > allMs) found.push(`the last batch was started after ${lastMs} ms`);
  return found;
}

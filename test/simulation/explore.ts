import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';
import { simulate } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});

/** One world again, with all that happens in it. */
async function replay(seed: number): Promise<number> {
  const fails = async (plan: ReturnType<typeof planOf>) => (await simulate(plan)).violations.length > 0;
  const plan = (await fails(planOf(seed))) ? await shrink(planOf(seed), fails) : planOf(seed);
  const { violations, trace } = await simulate(plan, {}, true);
  console.log(JSON.stringify(plan, undefined, 1));
  for (const line of trace) console.log(line);
  for (const violation of violations) console.log(`BROKEN: ${violation}`);
  return violations.length;
}

async function explore(from: number, seeds: number): Promise<number> {
  const startedMs = performance.now();
  const tally = new Tally();
  const failed: number[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const verdict = await simulate(planOf(seed));
    tally.add(verdict.tally);
    if (verdict.violations.length === 0) continue;
    failed.push(seed);
    console.log(`seed ${seed}: ${verdict.violations.join('; ')}`);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  for (const [what, times] of tally.entries()) console.log(`${String(times).padStart(9)}  ${what}`);
  console.log(
    `${seeds} schedules in ${seconds.toFixed(1)} s, ${(seeds / seconds).toFixed(0)} a second; ${failed.length} failed`,
  );
  return failed.length;
}

const failures =
  values.seed === undefined
    ? await explore(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed));
process.exitCode = failures === 0 ? 0 : 1;

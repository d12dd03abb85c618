import { parseArgs } from 'node:util';
import { deployment } from '../../core/deployment.ts';
import { installDebianPackages } from '../support/debian-packages.ts';
import { type RehearsalOptions, rehearse } from './rehearsal.ts';
import { type ScenarioName, scenarioNames } from './scenarios.ts';
import { readTerms } from './terms.ts';

const usage = `usage: npm run rehearse -- [--scale N] [--propagation SECONDS] [--set chart.value=X]… [--only NAME] [--seed N]

  --scale        divides every time of the chart and of the balancer; 1 is real time (5)
  --propagation  how long the balancer goes on sending new connections to a target that goes (${deployment.balancer.deregistrationSeconds})
  --set          a value of the chart, such as drain.preStopSeconds=60
`;

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '5' },
    propagation: { type: 'string', default: String(deployment.balancer.deregistrationSeconds) },
    set: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const print = (text: string) => process.stdout.write(`${text}\n`);

async function run(): Promise<void> {
  installDebianPackages({ storescu: 'dcmtk' });
  const scale = Number(values.scale);
  const terms = readTerms(scale, values.set);
  const { replicas, maxSurge, maxUnavailable, disruptable, pod, balancer } = terms;
  print(`times of the chart divided by ${scale}; the balancer acts after ${values.propagation} s / ${scale}
${replicas} pods, ${maxSurge} more and ${maxUnavailable} less in an update, ${disruptable} away in a drain
preStop ${pod.preStop.join(' ')}, grace period ${pod.gracePeriodMs} ms, readiness every ${pod.readiness.periodMs} ms
health checks every ${balancer.intervalMs} ms, ${balancer.healthyAfter} to be healthy, ${balancer.unhealthyAfter} not to be
`);
  const options: RehearsalOptions = {
    terms,
    scale,
    scenarios: scenarioNames.filter((name) => name.includes(values.only)),
    propagationSeconds: Number(values.propagation),
    seed: Number(values.seed),
    onScenario: (name: ScenarioName, figures) => print(`${name}: ${JSON.stringify(figures)}`),
  };
  const { problems, scenarios: _, ...account } = await rehearse(options);
  print(`${problems.length === 0 ? 'ok' : 'BROKEN'} ${JSON.stringify(account)}`);
  for (const problem of problems.slice(0, 20)) print(`  ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (values.help) print(usage);
else await run();

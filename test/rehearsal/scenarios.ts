import type { Workload } from './workload.ts';

/** What happens to the pods while the modalities send. */
export const scenarios = {
  'rolling update': (workload: Workload) => workload.rollingUpdate(),
  'drain of both nodes': (workload: Workload) => workload.drain(workload.live.map(({ node }) => node)),
  'pod killed': (workload: Workload) => workload.killOne(),
} as const;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

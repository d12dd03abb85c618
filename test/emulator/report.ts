import type { Rehearsed } from './rehearsal.ts';

/** What was deployed and what was not, how the service was started, and what the state machine ran. */
export function reportDeployment({ deployed, changed, sent, executions, imageSets, events }: Rehearsed): string {
  const { taken, leftOut, stackName } = deployed;
  const count = [...taken.values()].reduce((sum, one) => sum + one, 0);
  const types = [...taken].map(([type, instances]) => `  ${type}${instances === 1 ? '' : ` x ${instances}`}`);
  return [
    `Stack ${stackName}: ${count} resources of ${taken.size} types were taken`,
    ...types,
    leftOut.length === 0 ? 'Nothing was left out.' : `${leftOut.length} resources were left out`,
    ...leftOut.map(({ logicalId, type, reason }) => `  ${type} ${logicalId}: ${reason}`),
    `The service ran with its task's environment; another value here have ${changed.join(', ')}`,
    `storescu sent ${sent.instances} instances of ${sent.studies} studies; HealthImaging has ${imageSets} image sets`,
    `${events} events of HealthImaging went through EventBridge. The state machine ran`,
    ...executions.map(({ name, status, states }) => `  ${name} ${status}: ${states.join(', ')}`),
  ].join('\n');
}

import type { Rehearsed } from './rehearsal.ts';
import type { LeftOut } from './template.ts';

/** What was deployed and what was not, how the service was started, and what the state machine ran. */
export function reportDeployment(rehearsed: Rehearsed): string {
  const { deployed, changed, sent, committed, executions, imageSets, events, findings } = rehearsed;
  const { created, leftOut, stackName } = deployed;
  return [
    `Stack ${stackName}: ${created.length} resources were taken:`,
    ...counted(created.map(({ type }) => type)),
    leftOut.length === 0 ? 'Nothing was left out.' : `${leftOut.length} resources were left out:`,
    ...counted(leftOut.map(reasonOf)),
    `The service ran with its container's environment, but for another value of ${changed.join(', ')}.`,
    `storescu sent ${sent.instances} instances of ${sent.studies} studies; HealthImaging has ${imageSets.length} image sets.`,
    `Commitment was asked for ${sent.asked} instances, and reported of ${committed} once they were imported.`,
    `${events} events of HealthImaging went through EventBridge. The state machine ran:`,
    ...executions.map(({ name, status, states }) => `  ${name} ${status}: ${states.join(', ')}`),
    'doctor, by the outputs of the stack:',
    ...findings.map(({ name, health, detail }) => `  ${health.padEnd(8)} ${name}: ${detail}`),
  ].join('\n');
}

/** Type and reason; reasons mostly begin with the type. */
const reasonOf = ({ type, reason }: LeftOut): string => `${type}: ${reason.replace(`${type} `, '')}`;

/** One line for what is there several times. */
function counted(lines: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([line, count]) => `  ${String(count).padStart(3)} x ${line}`);
}

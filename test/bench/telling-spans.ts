import { setImmediate as turn } from 'node:timers/promises';
import { openTraces } from '../../service/telemetry/spans/open-traces.ts';
import { sampleEvents } from '../service/telemetry/sample-events.ts';

/** Prints the CPU time, in µs, that the spans of one instance take, all that is done to send them included. */
const warmUpAssociations = 20;
const associations = 60;
const instances = 1_000;
/** As many come between two turns of the event loop. */
const atOnce = 100;

const traces = openTraces({ serviceName: 'bench', version: '0.0.0', nowMs: Date.now });
let before = process.cpuUsage();
for (let number = 0; number < warmUpAssociations + associations; number++) {
  if (number === warmUpAssociations) before = process.cpuUsage();
  const associationId = `association-${number}`;
  traces.project({ ...sampleEvents['association-accepted'], associationId });
  for (let sent = 0; sent < instances; sent++) {
    traces.project({ ...sampleEvents['instance-stored'], associationId });
    if (sent % atOnce === 0) await turn();
  }
  traces.project({ ...sampleEvents['association-ended'], associationId });
}
await traces.close();
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / (associations * instances)));

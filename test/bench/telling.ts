import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { systemClock } from '../../core/system-clock.ts';
import { auditDecisions } from '../../service/telemetry/audit/audit-decisions.ts';
import { decide } from '../../service/telemetry/decisions.ts';
import type { TelemetryEvent } from '../../service/telemetry/events.ts';
import { LiveStatus } from '../../service/telemetry/live-status.ts';
import { logProjection } from '../../service/telemetry/log.ts';
import { createMetrics } from '../../service/telemetry/metrics.ts';
import { sampleEvents } from '../service/telemetry/sample-events.ts';
import { machineShape } from './measure/machine.ts';
import { median } from './measure/statistics.ts';
import { writeSection } from './write-section.ts';

/**
 * What each projection takes for an instance that was stored, without sockets and files: bursts in turn in one process,
 * and the spans in processes of their own. `--write` puts the table into docs/performance.md.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '300' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const warmUpRounds = 100;
const burst = 1_000;
const spanProcesses = 5;

const log = (level: string) =>
  logProjection(pino({ level, messageKey: 'message' }, pino.destination({ dest: '/dev/null', sync: true })));
const metrics = createMetrics('0.0.0');
const trail = auditDecisions({ sourceId: 'bench', hostName: 'bench', processId: 1, aeTitles: [], nowMs: Date.now });
const live = new LiveStatus(systemClock);
for (const event of [sampleEvents['association-accepted'], sampleEvents['batch-opened']]) {
  decide(trail, event);
  live.project(event);
}
const projections: Readonly<Record<string, (event: TelemetryEvent) => void>> = {
  metrics: (event) => metrics.project(event),
  'log, at `info`: no line for an instance': log('info'),
  'log, at `debug`: a line for an instance, to /dev/null': log('debug'),
  'audit trail': (event) => {
    decide(trail, event);
  },
  'status page': live.project,
};

const taken = new Map(Object.keys(projections).map((name) => [name, [] as number[]]));
for (let round = 0; round < warmUpRounds + rounds; round++) {
  for (const [name, project] of Object.entries(projections)) {
    const events = Array.from({ length: burst }, (_, number) => ({
      ...sampleEvents['instance-stored'],
      durationMs: 0.1 + (number % 7) / 50,
      bytes: 20_000 + number,
    }));
    const startedMs = performance.now();
    for (const event of events) project(event);
    if (round >= warmUpRounds) taken.get(name)?.push(((performance.now() - startedMs) * 1_000) / burst);
  }
}

/** CPU time for an instance, in µs, of a process that makes spans and sends them to a receiver that forgets them. */
async function spanCost(endpoint: string, sampler: string): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'telling-spans.ts')], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: sampler },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = (await child.stdout.toArray()).join('');
  return Number(output);
}

let requests = 0;
const receiver = createServer((request, response) => {
  requests += 1;
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
const spans: number[] = [];
const unsampled: number[] = [];
for (let round = 0; round < spanProcesses; round++) {
  unsampled.push(await spanCost(endpoint, 'always_off'));
  spans.push(await spanCost(endpoint, 'always_on'));
}
receiver.close();
receiver.closeAllConnections();
if (requests === 0) throw new Error('no span was sent: nothing was measured of them');

const row = (name: string, costs: readonly number[]): string =>
  `| ${name} | **${median(costs).toFixed(2)}** (from ${Math.min(...costs).toFixed(2)}) |`;
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${machineShape()}: medians, and the least, of ${rounds} bursts of`,
  `${burst} instances in turn; of spans, of ${spanProcesses} processes in turn, CPU time with all that is done to send them. The`,
  `load average at the end was ${(loadavg()[0] ?? Number.NaN).toFixed(1)}.`,
  '',
  '| told | µs for an instance |',
  '| --- | --- |',
  ...[...taken].map(([name, costs]) => row(name, costs)),
  row('spans, of an association of 1,000 that is not sampled', unsampled),
  row('spans, of an association of 1,000 that is sampled', spans),
].join('\n');
process.stdout.write(`${report}\n`);
if (values.write) await writeSection('telling', report);

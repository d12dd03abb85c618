import { expect, it } from 'vitest';
import { startEmbeddedMetrics } from '../../../service/telemetry/embedded-metrics.ts';
import { FakeClock } from '../../support/fake-clock.ts';

it('the load is written in the embedded metric format once a minute, until it is no longer', async () => {
  const clock = new FakeClock();
  const lines: unknown[] = [];
  let associations = 1;
  const timer = startEmbeddedMetrics({
    namespace: 'DicomStoreScp/test',
    serviceName: 'scp',
    read: () => ({ Associations: associations++, BytesInFlight: 7 }),
    log: { info: (line: object) => lines.push(line) },
    nowMs: clock.nowMs,
    schedule: clock.schedule,
  });
  await clock.advance(120_000);
  timer.cancel();
  await clock.advance(120_000);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toEqual({
    _aws: {
      Timestamp: clock.nowMs() - 120_000,
      CloudWatchMetrics: [
        {
          Namespace: 'DicomStoreScp/test',
          Dimensions: [['service']],
          Metrics: [
            { Name: 'Associations', Unit: 'Count' },
            { Name: 'BytesInFlight', Unit: 'Bytes' },
          ],
        },
      ],
    },
    service: 'scp',
    Associations: 3,
    BytesInFlight: 7,
  });
});

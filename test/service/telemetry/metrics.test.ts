import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../../../service/telemetry/metrics.ts';
import { peerText, sampleEvents } from './sample-events.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = createMetrics('1.2.3');
});

const text = () => metrics.registry.metrics();

/** The samples of a metric of ours, as `labels value`. */
async function samples(name: string): Promise<readonly string[]> {
  const lines = (await text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`dicom_store_scp_${name}`))
    .map((line) => line.slice('dicom_store_scp_'.length));
}

describe('the metrics', () => {
  it('tell the version', async () => {
    expect(await samples('build_info')).toEqual(['build_info{version="1.2.3"} 1']);
  });

  it('count associations and keep those that are open', async () => {
    metrics.project(sampleEvents['association-accepted']);
    metrics.project(sampleEvents['association-accepted']);
    metrics.project({ ...sampleEvents['association-ended'], how: 'aborted-by-peer' });
    metrics.project(sampleEvents['association-rejected']);
    expect(await samples('associations ')).toEqual(['associations 1']);
    expect(await samples('associations_accepted_total')).toEqual(['associations_accepted_total 2']);
    expect((await samples('associations_ended_total')).join()).toMatch(/how="aborted-by-peer",code=""} 1/);
    expect((await samples('associations_rejected_total')).join()).toMatch(
      /reason="local-limit-exceeded",because="too-many-associations"} 1/,
    );
    expect(await samples('association_duration_seconds_sum')).toEqual(['association_duration_seconds_sum 2']);
  });

  it('count instances by what became of them, from zero', async () => {
    expect(await samples('instances_total')).toEqual([
      'instances_total{result="kept"} 0',
      'instances_total{result="identical"} 0',
      'instances_total{result="refused"} 0',
    ]);
    metrics.project(sampleEvents['instance-stored']);
    metrics.project(sampleEvents['instance-refused']);
    expect(await samples('instances_total{result="kept"}')).toEqual(['instances_total{result="kept"} 1']);
    expect(await samples('instances_refused_total')).toEqual(['instances_refused_total{code="STORE_FULL"} 1']);
    expect(await samples('stored_bytes_total')).toEqual(['stored_bytes_total 1000']);
    expect(await samples('store_duration_seconds_sum')).toEqual(['store_duration_seconds_sum 0.02']);
  });

  it('count no bytes for an instance that was stored before', async () => {
    metrics.project({ ...sampleEvents['instance-stored'], outcome: 'identical' });
    expect(await samples('instances_total{result="identical"}')).toEqual(['instances_total{result="identical"} 1']);
    expect(await samples('stored_bytes_total')).toEqual(['stored_bytes_total 0']);
    expect(await samples('instance_size_bytes_count')).toEqual(['instance_size_bytes_count 0']);
  });

  it.each(['batch-sealed', 'batch-abandoned', 'batch-lost'] as const)(
    'keep the open batches: one less by %s',
    async (end) => {
      metrics.project(sampleEvents['batch-opened']);
      metrics.project(sampleEvents['batch-opened']);
      metrics.project(sampleEvents[end]);
      expect(await samples('open_batches')).toEqual(['open_batches 1']);
    },
  );

  it.each([
    ['echo-answered', 'echoes_total'],
    ['seal-failed', 'seal_failures_total'],
    ['lease-renewal-failed', 'lease_renewal_failures_total'],
    ['bug', 'bugs_total'],
  ] as const)('count %s', async (event, name) => {
    metrics.project(sampleEvents[event]);
    expect(await samples(name)).toEqual([`${name} 1`]);
  });

  it('show nothing that a peer said', async () => {
    for (const event of Object.values(sampleEvents)) metrics.project(event);
    const shown = await text();
    expect(shown).toContain('dicom_store_scp_instances_total');
    expect(shown).not.toContain(peerText);
    expect(shown).not.toContain('127.0.0.1');
  });

  it.skipIf(spawnSync('promtool', ['--version']).status !== 0)('are named as Prometheus wants', async () => {
    for (const event of Object.values(sampleEvents)) metrics.project(event);
    const ours = (await text()).split('\n').filter((line) => line.includes('dicom_store_scp_'));
    const check = spawnSync('promtool', ['check', 'metrics'], { input: `${ours.join('\n')}\n`, encoding: 'utf8' });
    expect(check.stderr + check.stdout).toBe('');
    expect(check.status).toBe(0);
  });
});

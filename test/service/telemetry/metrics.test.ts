import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { labelWords } from '../../../service/label-words.ts';
import { createMetrics, type Metrics } from '../../../service/telemetry/metrics.ts';
import { showBytesInFlight } from '../../../service/telemetry/network-gauges.ts';
import { safeText } from '../../../service/telemetry/safe-text.ts';
import { showSpool } from '../../../service/telemetry/spool-gauges.ts';
import { showStoreBuffers } from '../../../service/telemetry/store-buffer-gauges.ts';
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

  it('tell apart the calling AE titles that are listed, and no others', async () => {
    const title = (callingAeTitle: string) => ({
      ...sampleEvents['instance-stored'],
      callingAeTitle: safeText(callingAeTitle),
    });
    const listed = createMetrics('1.2.3', { callingAeTitles: ['US1'], nowMs: () => 5_000 });
    listed.project({ ...sampleEvents['peers-loaded'], callingAeTitles: [safeText('CT1')] });
    for (const name of ['CT1', 'US1', 'INVENTED1', 'INVENTED2']) listed.project(title(name));
    const shown = await listed.registry.metrics();
    const count = (label: string) => `dicom_store_scp_peer_instances_total{calling_ae_title="${label}",result="kept"} `;
    expect(shown).toContain(`${count('CT1')}1`);
    expect(shown).toContain(`${count('US1')}1`);
    expect(shown).toContain(`${count('other')}2`);
    expect(shown).toContain('dicom_store_scp_peer_last_instance_timestamp_seconds{calling_ae_title="CT1"} 5');
    expect(shown).not.toContain('INVENTED');
  });

  it('show every word that another room knows from zero', async () => {
    const worded = createMetrics('1.2.3', { words: labelWords(['default', 'stat']) });
    const shown = await worded.registry.metrics();
    for (const series of [
      'associations_ended_total{how="aborted-by-us",code="IDLE_TIMEOUT"} 0',
      'associations_rejected_total{reason="calling-ae-title-not-recognized",because="peer-certificate"} 0',
      'connections_refused_total{reason="not-tls"} 0',
      'instances_refused_total{code="STORE_FULL"} 0',
      'instances_refused_total{code="VALUE_TOO_LONG"} 0',
      'import_problems_total{code="UID_MALFORMED",severity="degrades"} 0',
      'leniencies_total{kind="uid-padding"} 0',
      'batches_sealed_total{route="stat",reason="quiet"} 0',
      'audit_messages_total{result="dropped"} 0',
    ]) {
      expect(shown).toContain(`dicom_store_scp_${series}\n`);
    }
  });

  it('have the trace of a slow store as its exemplar, in OpenMetrics', async () => {
    const traced = createMetrics('1.2.3', { exemplars: true });
    const trace = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
    traced.project(sampleEvents['instance-stored'], { ...trace, isSampled: true });
    traced.project({ ...sampleEvents['instance-stored'], durationMs: 400 }, { ...trace, isSampled: false });
    expect(traced.registry.contentType).toMatch(/^application\/openmetrics-text/);
    const shown = (await traced.registry.metrics()).split('\n');
    const exemplars = shown.filter((line) => line.includes('trace_id'));
    expect(exemplars).toHaveLength(1);
    expect(exemplars[0]).toMatch(/_bucket\{le="0.025"\} 1 # \{trace_id="(ab){16}",span_id="(cd){8}"\} 0.02 /);
    expect(shown).toContain('dicom_store_scp_instances_total{result="kept"} 2');
    expect(shown.at(-2)).toBe('# EOF');
  });

  it('lose nothing of more instances than wait for a reading, and show the slowest', async () => {
    const traced = createMetrics('1.2.3', { exemplars: true });
    const stored = sampleEvents['instance-stored'];
    for (let number = 0; number < 1_000; number++) {
      const trace = { traceId: number.toString(16).padStart(32, '0'), spanId: 'cd'.repeat(8), isSampled: true };
      traced.project({ ...stored, durationMs: number === 900 ? 3_000 : 20, bytes: 1 }, trace);
    }
    const shown = (await traced.registry.metrics()).split('\n');
    expect(shown).toContain('dicom_store_scp_store_duration_seconds_count 1000');
    expect(shown).toContain('dicom_store_scp_instance_size_bytes_count 1000');
    expect(shown).toContain('dicom_store_scp_stored_bytes_total 1000');
    expect(shown.find((line) => line.includes('_bucket{le="5"}'))).toMatch(/ 1000 # \{trace_id="0{29}384"/);
  });

  it('are named as Prometheus wants', async () => {
    const all = createMetrics('1.2.3', { words: labelWords(['default']), callingAeTitles: ['CT1'] });
    for (const event of Object.values(sampleEvents)) all.project(event);
    showBytesInFlight(all.registry, () => 1);
    showSpool(all.registry, { instances: 0, bytes: 0, oldestAgeMs: 0, usedRatio: 0, isFailing: false });
    showStoreBuffers(all.registry, { usedBytes: 0, keptBytes: 0, budgetBytes: 0, waiting: 0 });
    const ours = (await all.registry.metrics()).split('\n').filter((line) => line.includes('dicom_store_scp_'));
    const check = spawnSync('promtool', ['check', 'metrics'], { input: `${ours.join('\n')}\n`, encoding: 'utf8' });
    expect(check.stderr + check.stdout).toBe('');
    expect(check.status).toBe(0);
  });
});

import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createImportMetrics } from '../../../service/telemetry/import-metrics.ts';
import { openBatchAge } from '../../../service/telemetry/open-batch-age.ts';
import { newBatchId } from '../../support/sealed-batches.ts';

const linesOf = async (registry: Registry) => (await registry.metrics()).split('\n');

it('shows what the ledger says of imports', async () => {
  const registry = new Registry();
  let nowMs = 100_000;
  const metrics = createImportMetrics(registry, {
    statuses: ['completed', 'failed'],
    reasons: ['JobFailed'],
    concurrentJobs: 100,
    nowMs: () => nowMs,
  });
  expect(await linesOf(registry)).toEqual(
    expect.arrayContaining([
      'dicom_store_scp_import_oldest_unreconciled_age_seconds 0',
      'dicom_store_scp_import_failures_total{reason="JobFailed"} 0',
      'dicom_store_scp_import_duration_seconds_count{status="failed"} 0',
      'dicom_store_scp_import_concurrent_jobs_limit 100',
    ]),
  );
  metrics.unfinished({ registered: 2, queued: 1, importing: 3, oldestSealedAtMs: 40_000, readAtMs: 100_000 });
  metrics.ended({ status: 'completed', durationMs: 31_000, imported: 4, warned: 1, failed: 0, unaccounted: 0 });
  metrics.notImported('JobFailed', 7);
  metrics.readFailed();
  nowMs = 110_000;
  expect(await linesOf(registry)).toEqual(
    expect.arrayContaining([
      'dicom_store_scp_import_batches{status="registered"} 2',
      'dicom_store_scp_import_batches{status="importing"} 3',
      // The age goes on between two reads.
      'dicom_store_scp_import_oldest_unreconciled_age_seconds 70',
      'dicom_store_scp_import_duration_seconds_bucket{le="30",status="completed"} 0',
      'dicom_store_scp_import_duration_seconds_bucket{le="60",status="completed"} 1',
      'dicom_store_scp_import_instances_total{result="imported"} 4',
      'dicom_store_scp_import_failures_total{reason="JobFailed"} 7',
      'dicom_store_scp_ledger_read_timestamp_seconds 100',
      'dicom_store_scp_ledger_read_failures_total 1',
    ]),
  );
});

it('shows the age of the oldest open batch', async () => {
  const registry = new Registry();
  let nowMs = 0;
  const see = openBatchAge(registry, () => nowMs);
  const age = async () => (await linesOf(registry)).find((line) => !line.startsWith('#'));
  expect(await age()).toBe('dicom_store_scp_oldest_open_batch_age_seconds 0');
  const [first, second] = [newBatchId(), newBatchId()];
  see({ event: 'batch-opened', batchId: first, route: 'main' });
  nowMs = 5_000;
  see({ event: 'batch-opened', batchId: second, route: 'main' });
  nowMs = 9_000;
  expect(await age()).toBe('dicom_store_scp_oldest_open_batch_age_seconds 9');
  see({ event: 'batch-abandoned', batchId: first, route: 'main' });
  expect(await age()).toBe('dicom_store_scp_oldest_open_batch_age_seconds 4');
  see({ event: 'batch-lost', batchId: second, moved: 0 });
  expect(await age()).toBe('dicom_store_scp_oldest_open_batch_age_seconds 0');
});

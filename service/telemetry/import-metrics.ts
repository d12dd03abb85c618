import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A batch that has ended, by what the ledger says of it. */
export interface EndedImport {
  readonly status: string;
  /** From its seal to its end. */
  readonly durationMs: number;
  readonly imported: number;
  readonly warned: number;
  readonly failed: number;
  readonly unaccounted: number;
}

/** The batches that have not ended, as the ledger had them at a moment. */
export interface UnfinishedImports {
  readonly registered: number;
  readonly queued: number;
  readonly importing: number;
  readonly oldestSealedAtMs: number | undefined;
  readonly readAtMs: number;
}

/**
 * Metrics of the import, for services that read the ledger. Every service that does shows the same of it: take the
 * greatest, not the sum.
 * @param reasons the labels that failures may have
 * @param concurrentJobs HealthImaging's quota
 */
export function createImportMetrics(
  registry: Registry,
  options: {
    readonly statuses: readonly string[];
    readonly reasons: readonly string[];
    readonly concurrentJobs: number;
    readonly nowMs: () => number;
  },
) {
  const registers = [registry];
  const name = (suffix: string) => `dicom_store_scp_${suffix}`;
  let oldestSealedAtMs: number | undefined;
  const batches = new Gauge({
    name: name('import_batches'),
    help: 'Batches that are sealed and have not ended, by status in the ledger.',
    labelNames: ['status'],
    registers,
  });
  new Gauge({
    name: name('import_oldest_unreconciled_age_seconds'),
    help: 'Time since the seal of the oldest batch that has not ended; 0 where there is none.',
    registers,
    collect() {
      this.set(oldestSealedAtMs === undefined ? 0 : Math.max(0, options.nowMs() - oldestSealedAtMs) / 1_000);
    },
  });
  const seconds = new Histogram({
    name: name('import_duration_seconds'),
    help: 'From the seal of a batch to its end, by the status in which it ended.',
    labelNames: ['status'],
    buckets: [5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 14_400, 86_400],
    registers,
  });
  const instances = new Counter({
    name: name('import_instances_total'),
    help: 'Instances of batches that have ended, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const failures = new Counter({
    name: name('import_failures_total'),
    help: 'Instances that were not imported, by reason.',
    labelNames: ['reason'],
    registers,
  });
  new Gauge({
    name: name('import_concurrent_jobs_limit'),
    help: 'Import jobs that a datastore runs at a time at the most.',
    registers,
  }).set(options.concurrentJobs);
  const readAt = new Gauge({
    name: name('ledger_read_timestamp_seconds'),
    help: 'When the ledger was read last, in seconds since the epoch.',
    registers,
  });
  const readFailures = new Counter({
    name: name('ledger_read_failures_total'),
    help: 'Reads of the ledger that failed.',
    registers,
  });
  readAt.set(options.nowMs() / 1_000);
  for (const status of options.statuses) seconds.zero({ status });
  for (const reason of options.reasons) failures.inc({ reason }, 0);
  for (const result of ['imported', 'warned', 'failed', 'unaccounted']) instances.inc({ result }, 0);

  return {
    unfinished: (found: UnfinishedImports): void => {
      batches.set({ status: 'registered' }, found.registered);
      batches.set({ status: 'queued' }, found.queued);
      batches.set({ status: 'importing' }, found.importing);
      oldestSealedAtMs = found.oldestSealedAtMs;
      readAt.set(found.readAtMs / 1_000);
    },
    ended: ({ status, durationMs, imported, warned, failed, unaccounted }: EndedImport): void => {
      seconds.observe({ status }, durationMs / 1_000);
      instances.inc({ result: 'imported' }, imported);
      instances.inc({ result: 'warned' }, warned);
      instances.inc({ result: 'failed' }, failed);
      instances.inc({ result: 'unaccounted' }, unaccounted);
    },
    notImported: (reason: string, count: number): void => failures.inc({ reason }, count),
    readFailed: (): void => readFailures.inc(),
  };
}

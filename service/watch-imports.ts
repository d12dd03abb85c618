import type { Registry } from 'prom-client';
import type { Clock, Schedule } from '../core/clock.ts';
import type { Config } from '../core/config-schema.ts';
import { failureReasons } from '../core/failure-reason.ts';
import { importJobLimits } from '../core/healthimaging.ts';
import { batchStatusSchema, isFinal } from '../core/ledger.ts';
import { openLedgerWatch } from './ledger/open-ledger-watch.ts';
import type { Emit } from './telemetry/events.ts';
import { createImportMetrics } from './telemetry/import-metrics.ts';
import { safeText } from './telemetry/safe-text.ts';

export interface ImportWatchRuntime {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly emit: Emit;
}

/**
 * Shows the importing side as metrics, for those who ask for it: what the pipeline has written into its ledger.
 * @returns what ends it; undefined when no ledger is named
 */
export async function watchImports(
  config: Config,
  { registry, clock, schedule, emit }: ImportWatchRuntime,
): Promise<(() => void) | undefined> {
  if (config.ledgerBatchesTable === undefined) return undefined;
  const shown = createImportMetrics(registry, {
    statuses: batchStatusSchema.options.filter(isFinal),
    reasons: failureReasons,
    concurrentJobs: importJobLimits.concurrentJobs,
    nowMs: clock.nowMs,
  });
  const findings = {
    ...shown,
    readFailed: (error: unknown) => {
      shown.readFailed();
      emit({ event: 'ledger-read-failed', detail: safeText(String(error), 200) });
    },
  };
  const watch = await openLedgerWatch(config, { findings, clock, schedule });
  watch?.run();
  return () => watch?.close();
}

import type { BatchRecord, InstanceRecord } from '../../core/ledger.ts';
import type { BatchId } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { ImportJob, ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import { conclude, isComplete, silenceOf } from './conclusion.ts';
import type { JobOutput } from './job-output.ts';
import { parseOutputLine } from './output-line.ts';
import { Findings } from './reconciliation.ts';

/** A batch whose import job has ended. */
export interface ImportedBatch {
  readonly batchId: BatchId;
  readonly manifestKey: string;
  readonly datastoreId: string;
  readonly jobId: string;
  readonly jobStatus: string;
  /** `complete`: wait for results that are still missing. `as-found`: make do with those that are there. */
  readonly outputs: 'complete' | 'as-found';
}

export interface ReconciledBatch {
  readonly batchId: BatchId;
  readonly status: BatchRecord['status'];
  readonly imported: number;
  readonly warned: number;
  readonly failed: number;
  readonly unaccounted: number;
  /** Files that the job names and the manifest does not. */
  readonly extraKeys: number;
  readonly unreadableLines: number;
}

export interface ReconcileOptions {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly jobs: ImportJobs;
  readonly output: JobOutput;
  readonly nowMs: () => number;
}

/**
 * Holds a job's output against the manifest, instance by instance, and writes the outcome to the ledger: instances,
 * studies, then the batch, so that a batch that has ended has no outcome missing. Running it again writes the same.
 * @throws PipelineFault OUTPUTS_NOT_READY unless it is to make do with what is there, MANIFEST_MISSING,
 * MANIFEST_INVALID, TRANSITION_REFUSED
 */
export async function reconcile(ended: ImportedBatch, options: ReconcileOptions): Promise<ReconciledBatch> {
  const { store, ledger, jobs, output } = options;
  const manifest = await readManifest(store, ended.manifestKey);
  const results = await readResults(output);
  const complete = isComplete(results);
  const job: ImportJob =
    ended.jobStatus === 'FAILED' ? ((await jobs.find(ended.datastoreId, ended.jobId)) ?? ended) : ended;
  if (job.jobStatus !== 'FAILED' && !complete && ended.outputs === 'complete') {
    throw new PipelineFault('OUTPUTS_NOT_READY', `the results of job ${ended.jobId} are not complete yet`);
  }

  const keys = manifest.instances.map((instance) => instance.key);
  const { outcomes, extraKeys } = results.findings.reconcile(keys, silenceOf(job, complete));
  const now = new Date(options.nowMs()).toISOString();
  const instances: readonly InstanceRecord[] = instanceRecordsOf(manifest, now).map((record, index) => ({
    ...record,
    ...outcomes[index],
  }));
  const totals = totalsOf(instances);
  const { status, reason } = conclude(totals, job, complete);

  await ledger.putInstances(instances);
  await writeShares(ledger, { batchId: ended.batchId, datastoreId: ended.datastoreId }, instances, status, now);
  await ledger.moveBatch(ended.batchId, status, {
    ...totals,
    ...(reason === undefined ? {} : { reason }),
    jobId: ended.jobId,
    jobStatus: job.jobStatus,
    endedAt: now,
    updatedAt: now,
  });
  const { imageSetIds: _, ...counts } = totals;
  return {
    batchId: ended.batchId,
    status,
    ...counts,
    extraKeys: extraKeys.length,
    unreadableLines: results.unreadableLines,
  };
}

async function readResults(output: JobOutput) {
  const summary = await output.summary();
  const findings = new Findings();
  const files = { success: 0, failure: 0, warning: 0 };
  let unreadableLines = 0;
  for await (const line of output.lines()) {
    files[line.kind]++;
    const parsed = parseOutputLine(line);
    if (parsed === undefined) unreadableLines++;
    else findings.add(parsed);
  }
  return { summary, lines: files, findings, unreadableLines };
}

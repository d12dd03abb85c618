import type { BatchRecord, InstanceRecord, Part } from '../../core/ledger.ts';
import { isFinal } from '../../core/ledger.ts';
import { type BatchId, keyInPart } from '../../core/object-keys.ts';
import type { ObjectStore } from '../../core/object-store.ts';
import { halvesOf, partAtWork } from '../../core/parts.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { OnEnded } from '../count-ended.ts';
import type { ImportJob, ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openAmong } from '../ledger/open-keys.ts';
import { instanceRecordsOf, totalsOf } from '../ledger/records-of.ts';
import { writeShares } from '../ledger/write-shares.ts';
import { readManifest } from '../read-manifest.ts';
import type { StudyNotices } from '../studies/study-notices.ts';
import { conclude, isComplete, silenceOf } from './conclusion.ts';
import type { JobOutput } from './job-output.ts';
import { parseOutputLine } from './output-line.ts';
import { Findings } from './reconciliation.ts';
import { concludeParts, gaveUp, isHopeless, isWorthSplitting, type JobCounts } from './splitting.ts';

/** A batch of which an import job has ended. */
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
  /** `importing`: another part of it is next. */
  readonly status: BatchRecord['status'];
  readonly imported: number;
  readonly warned: number;
  readonly failed: number;
  readonly unaccounted: number;
  /** Image sets that stand beside the primary one of their series. */
  readonly nonPrimary: number;
  /** Parts that are still to be imported. */
  readonly parts: number;
  /** Files that the job names and the manifest does not. */
  readonly extraKeys: number;
  readonly unreadableLines: number;
}

export interface ReconcileOptions {
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly jobs: ImportJobs;
  readonly output: JobOutput;
  readonly notices: StudyNotices;
  readonly onEnded: OnEnded;
  readonly nowMs: () => number;
}

/**
 * Holds a job's output against the manifest, instance by instance, and writes the outcome to the ledger: instances,
 * studies, then the batch, so that a batch that has ended has no outcome missing. A job that failed as a whole has no
 * outcome for any instance: its part is halved, and the halves are imported by jobs of their own, until the instance is
 * alone that makes jobs fail. Running it again writes the same.
 * @throws PipelineFault OUTPUTS_NOT_READY unless it is to make do with what is there, MANIFEST_MISSING,
 * MANIFEST_INVALID, TRANSITION_REFUSED
 */
export async function reconcile(ended: ImportedBatch, options: ReconcileOptions): Promise<ReconciledBatch> {
  const { store, ledger, jobs, output, notices } = options;
  const { batchId } = ended;
  const batch = await ledger.findBatch(batchId);
  if (batch === undefined) throw new PipelineFault('TRANSITION_REFUSED', `batch ${batchId} is not known`);
  const work = partAtWork(batch);
  if (work === undefined || isSettled(batch, work.jobName, ended.jobId)) return reportOf(batch);

  const manifest = await readManifest(store, ended.manifestKey);
  const results = await readResults(output);
  const complete = isComplete(results);
  const job: ImportJob =
    ended.jobStatus === 'FAILED' ? ((await jobs.find(ended.datastoreId, ended.jobId)) ?? ended) : ended;
  const hasFailed = job.jobStatus === 'FAILED';
  if (!hasFailed && !complete && ended.outputs === 'complete') {
    throw new PipelineFault('OUTPUTS_NOT_READY', `the results of job ${ended.jobId} are not complete yet`);
  }

  const now = new Date(options.nowMs()).toISOString();
  const recorded = new Map((await ledger.instancesOf(batchId)).map((record) => [record.objectKey, record]));
  const before = instanceRecordsOf(manifest, now).map((instance) => recorded.get(instance.objectKey) ?? instance);
  const { part, jobName } = work;
  const open = openAmong(manifest.instances, before, part);
  const waiting = (batch.parts ?? []).slice(1);
  const counts: JobCounts = {
    jobsFailed: (batch.jobsFailed ?? 0) + Number(hasFailed),
    jobsCompleted: (batch.jobsCompleted ?? 0) + Number(!hasFailed),
  };
  const goOn = (parts: readonly Part[]) =>
    ledger.moveBatch(batchId, 'importing', {
      ...counts,
      parts: [...parts],
      lane: null,
      jobId: null,
      jobStatus: null,
      updatedAt: now,
    });
  const halves = hasFailed && results.findings.isEmpty ? halvesOf(part, open) : undefined;
  if (halves !== undefined && isWorthSplitting(counts, waiting.length)) {
    const parts = [...waiting, ...halves];
    await goOn(parts);
    return reportOf({ ...batch, status: 'importing', ...totalsOf(before), parts });
  }

  const silence = halves === undefined ? silenceOf(job, complete) : gaveUp(job, counts);
  const keyInJob = (key: string) => (part.copied ? keyInPart(key, batchId, jobName) : key);
  const { outcomes, extraKeys } = results.findings.reconcile(
    open.map(({ key }) => keyInJob(key)),
    silence,
  );
  const found = new Map(open.map(({ key }, index) => [key, outcomes[index]]));
  const isHopelessNow = halves !== undefined && isHopeless(counts);
  const instances: readonly InstanceRecord[] = before.map((record) => {
    const outcome =
      found.get(record.objectKey) ?? (isHopelessNow && record.status === 'received' ? silence : undefined);
    return outcome === undefined ? record : { ...record, ...outcome, updatedAt: now };
  });
  await ledger.putInstances(instances.filter((record, index) => record !== before[index]));
  const totals = totalsOf(instances);
  const findings = { extraKeys: extraKeys.length, unreadableLines: results.unreadableLines };
  if (waiting.length > 0 && !isHopelessNow) {
    await goOn(waiting);
    return { ...reportOf({ ...batch, status: 'importing', ...totals, parts: waiting }), ...findings };
  }

  const isOneJob = counts.jobsFailed + counts.jobsCompleted === 1;
  const lastFailure = instances.findLast(({ status }) => status === 'failed')?.reason;
  const conclusion = isOneJob ? conclude(totals, job, complete) : concludeParts(totals, lastFailure);
  await writeShares(ledger, batch, instances, conclusion.status, now, notices);
  await ledger.moveBatch(batchId, conclusion.status, {
    ...totals,
    ...counts,
    ...(conclusion.reason === undefined ? {} : { reason: conclusion.reason }),
    jobId: ended.jobId,
    jobStatus: job.jobStatus,
    parts: null,
    lane: null,
    endedAt: now,
    updatedAt: now,
  });
  options.onEnded({ batchId, ...conclusion }, instances);
  const nonPrimary = new Set(instances.filter(({ isPrimary }) => isPrimary === false).map((one) => one.imageSetId));
  const { parts: _parts, ...whole } = batch;
  return { ...reportOf({ ...whole, status: conclusion.status, ...totals }), ...findings, nonPrimary: nonPrimary.size };
}

/** Whether an earlier try of this step came to its end, and only its answer was lost. */
const isSettled = (batch: BatchRecord, expected: string, endedJobId: string): boolean =>
  isFinal(batch.status) ||
  (batch.jobName ?? batch.batchId) !== expected ||
  (batch.jobId !== undefined && batch.jobId !== endedJobId);

function reportOf(batch: BatchRecord): ReconciledBatch {
  const { batchId, status, imported = 0, warned = 0, failed = 0, unaccounted = 0, parts = [] } = batch;
  const counts = { imported, warned, failed, unaccounted };
  return { batchId, status, ...counts, nonPrimary: 0, parts: parts.length, extraKeys: 0, unreadableLines: 0 };
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

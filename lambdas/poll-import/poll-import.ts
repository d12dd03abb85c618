import type { BatchId } from '../../core/object-keys.ts';
import { PipelineFault } from '../../core/pipeline-fault.ts';
import type { ImportJob, ImportJobs } from '../import-jobs/import-jobs.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * How the import job of a batch stands: the way out when its event never came. QUEUED when it has none yet.
 * @throws PipelineFault IMPORT_REFUSED when the batch has no job or HealthImaging does not know it, IMPORT_THROTTLED,
 * IMPORT_UNAVAILABLE
 */
export async function pollImport(
  { batchId, datastoreId }: { readonly batchId: BatchId; readonly datastoreId: string },
  { ledger, jobs }: { readonly ledger: Ledger; readonly jobs: ImportJobs },
): Promise<ImportJob> {
  const { jobId, status } = (await ledger.findBatch(batchId)) ?? {};
  if (status === 'queued') return { jobId: 'none', jobStatus: 'QUEUED' };
  if (jobId === undefined) throw new PipelineFault('IMPORT_REFUSED', `batch ${batchId} has no import job`);
  const job = await jobs.find(datastoreId, jobId);
  if (job === undefined) throw new PipelineFault('IMPORT_REFUSED', `HealthImaging does not know job ${jobId}`);
  return job;
}

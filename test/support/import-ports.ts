import type { TraceContext } from '../../core/traceparent.ts';
import type { ExecutionStatus, Executions, WaitingTasks } from '../../lambdas/executions/executions.ts';
import type { ImportJob, ImportJobs } from '../../lambdas/import-jobs/import-jobs.ts';
import type { SealedBatch } from '../../lambdas/sealed-batch.ts';
import type { StudyNotice, StudyNotices } from '../../lambdas/studies/study-notices.ts';

/** HealthImaging's jobs as far as one batch sees them: a name has one job, whatever is started under it. */
export class MemoryJobs implements ImportJobs {
  readonly jobs = new Map<string, ImportJob>();
  readonly calls: string[] = [];

  readonly start: ImportJobs['start'] = async ({ name }) => {
    this.calls.push(`start ${name}`);
    const jobId = `job${name.toLowerCase()}`;
    const job = this.jobs.get(jobId) ?? { jobId, jobStatus: 'SUBMITTED' };
    this.jobs.set(jobId, job);
    // A request that is repeated is answered as it was the first time.
    return { jobId, jobStatus: 'SUBMITTED' };
  };

  readonly find: ImportJobs['find'] = async (_, jobId) => {
    this.calls.push(`find ${jobId}`);
    return this.jobs.get(jobId);
  };
}

/** Tokens that were brought back. */
export class MemoryTasks implements WaitingTasks {
  readonly delivered: { readonly taskToken: string; readonly output: object }[] = [];
  readonly gone = new Set<string>();
  readonly failures: { readonly taskToken: string; readonly error: Error }[] = [];

  readonly succeed: WaitingTasks['succeed'] = async (taskToken, output) => {
    if (this.gone.has(taskToken)) return 'gone';
    this.gone.add(taskToken);
    this.delivered.push({ taskToken, output });
    return 'delivered';
  };

  readonly fail: WaitingTasks['fail'] = async (taskToken, error) => {
    if (this.gone.has(taskToken)) return 'gone';
    this.gone.add(taskToken);
    this.failures.push({ taskToken, error });
    return 'delivered';
  };
}

/** Notices that were published. */
export class MemoryNotices implements StudyNotices {
  readonly published: StudyNotice[] = [];

  readonly publish: StudyNotices['publish'] = async (notice) => {
    this.published.push(notice);
  };
}

/** Executions by name. */
export class MemoryExecutions implements Executions {
  readonly statuses = new Map<string, ExecutionStatus>();
  readonly started: { readonly name: string; readonly input: SealedBatch; readonly trace?: TraceContext }[] = [];

  readonly start: Executions['start'] = async (name, input, trace) => {
    if (this.statuses.has(name)) return 'exists';
    this.statuses.set(name, 'running');
    this.started.push({ name, input, ...(trace === undefined ? {} : { trace }) });
    return 'started';
  };

  readonly statusOf: Executions['statusOf'] = async (name) => this.statuses.get(name);
}

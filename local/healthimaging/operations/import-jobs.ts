import { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { ApiError } from '../http/api-error.ts';
import { json, operation } from '../http/api-request.ts';
import {
  accountId,
  clientToken,
  datastoreId,
  jobId,
  jobName,
  jobStatus,
  page,
  roleArn,
  s3Uri,
} from '../http/constraints.ts';
import { paginate } from '../http/paginate.ts';
import { timestamp } from '../http/timestamp.ts';
import { advanceJob, resumeJob } from '../jobs/import-lifecycle.ts';
import { JobFailure } from '../jobs/job-failure.ts';
import { listInput } from '../jobs/list-input.ts';
import { jobFolderUri } from '../objects/s3-uri.ts';
import type { JobRecord } from '../state/records.ts';
import { findActiveDatastore, findDatastore } from './find-resource.ts';

export const startDicomImportJob = operation(
  z.object({
    datastoreId,
    clientToken,
    dataAccessRoleArn: roleArn,
    inputS3Uri: s3Uri,
    outputS3Uri: s3Uri,
    jobName: jobName.optional(),
    inputOwnerAccountId: accountId.optional(),
  }),
  async (emulator, input) => {
    const { clock, newId } = emulator;
    findActiveDatastore(emulator, input.datastoreId);
    if (emulator.behaviour.oversizeJobs === 'reject-start') await rejectOversize(emulator, input.inputS3Uri);
    // Nothing is awaited from here to the job's entry in the state: of equal tokens at one time, one makes a job.
    const jobs = jobsOf(emulator, input.datastoreId);
    const known = jobs.find((job) => job.clientToken === input.clientToken);
    if (known !== undefined) return started(known, input);
    const running = jobs.filter(({ jobStatus: status }) => status === 'SUBMITTED' || status === 'IN_PROGRESS').length;
    if (running >= emulator.quotas.concurrentJobs) {
      throw new ApiError('ServiceQuotaExceededException', `The datastore has ${running} import jobs running already`);
    }
    const id = newId();
    const job: JobRecord = {
      jobId: id,
      jobName: input.jobName ?? `import-${id.slice(0, 8)}`,
      jobStatus: 'SUBMITTED',
      datastoreId: input.datastoreId,
      dataAccessRoleArn: input.dataAccessRoleArn,
      clientToken: input.clientToken,
      inputS3Uri: input.inputS3Uri,
      outputS3Uri: input.outputS3Uri,
      submittedAtMs: clock.nowMs(),
    };
    await advanceJob(emulator, job);
    resumeJob(emulator, job);
    return started(job, input);
  },
);

export const getDicomImportJob = operation(z.object({ datastoreId, jobId }), async (emulator, input) => {
  findDatastore(emulator, input.datastoreId);
  const job = emulator.state.jobs.get(input.jobId);
  if (job?.datastoreId !== input.datastoreId) {
    throw new ApiError('ResourceNotFoundException', `Import job ${input.jobId} does not exist`);
  }
  const { inputS3Uri, outputS3Uri } = job;
  return json({
    jobProperties: {
      ...summary(job),
      inputS3Uri,
      outputS3Uri: jobFolderUri(outputS3Uri, input.datastoreId, input.jobId),
    },
  });
});

export const listDicomImportJobs = operation(
  z.object({ datastoreId, jobStatus: jobStatus.optional(), ...page }),
  async (emulator, input) => {
    findDatastore(emulator, input.datastoreId);
    const all = jobsOf(emulator, input.datastoreId)
      .filter((job) => input.jobStatus === undefined || job.jobStatus === input.jobStatus)
      .sort((one, other) => other.submittedAtMs - one.submittedAtMs);
    const { items, nextToken } = paginate(all, input);
    return json({ jobSummaries: items.map(summary), nextToken });
  },
);

async function rejectOversize({ objects, quotas }: Emulator, inputS3Uri: string): Promise<void> {
  try {
    await listInput(objects, inputS3Uri, quotas);
  } catch (error) {
    throw error instanceof JobFailure ? new ApiError('ValidationException', error.message) : error;
  }
}

/** The answer to a start, and to the same start again. */
function started(job: JobRecord, input: Pick<JobRecord, 'inputS3Uri' | 'outputS3Uri' | 'dataAccessRoleArn'>) {
  const isSame =
    job.inputS3Uri === input.inputS3Uri &&
    job.outputS3Uri === input.outputS3Uri &&
    job.dataAccessRoleArn === input.dataAccessRoleArn;
  if (!isSame) {
    throw new ApiError('ConflictException', `clientToken ${job.clientToken} was used for another import job`);
  }
  const { datastoreId: datastore, jobId: id, jobStatus: status, submittedAtMs } = job;
  return json({ datastoreId: datastore, jobId: id, jobStatus: status, submittedAt: timestamp(submittedAtMs) });
}

function summary(job: JobRecord): object {
  const { submittedAtMs, endedAtMs, message } = job;
  return {
    jobId: job.jobId,
    jobName: job.jobName,
    jobStatus: job.jobStatus,
    datastoreId: job.datastoreId,
    dataAccessRoleArn: job.dataAccessRoleArn,
    submittedAt: timestamp(submittedAtMs),
    ...(endedAtMs !== undefined && { endedAt: timestamp(endedAtMs) }),
    ...(message !== undefined && { message }),
  };
}

function jobsOf({ state }: Emulator, id: string): JobRecord[] {
  return [...state.jobs.values()].filter((job) => job.datastoreId === id);
}

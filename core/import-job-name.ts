import { type BatchId, batchIdSchema } from './object-keys.ts';

/** The name of the job of a range of a batch's instances; at most 64 of [A-Za-z0-9._-], as HealthImaging asks. */
export const partJobName = (attempt: string, from: number, to: number): string => `${attempt}-p${from}-${to}`;

/** The batch that a job's name belongs to, or undefined for somebody else's job. */
export function batchIdOfJob(jobName: string): BatchId | undefined {
  const match = /^([^-]+)(?:-r\d+)?(?:-p\d+-\d+)?$/.exec(jobName);
  const batchId = batchIdSchema.safeParse(match?.[1]);
  return batchId.success ? batchId.data : undefined;
}

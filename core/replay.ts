import { z } from 'zod';
import { type BatchId, batchIdSchema, manifestKey } from './object-keys.ts';

/**
 * How often a batch was put through the pipeline before this time, on purpose: 0 for the first time, N for replay N.
 * Part of an execution's input; absent in those of the first.
 */
export const attemptSchema = z.int().min(0).max(9_999).default(0);

/** The input of an execution that runs a batch once more. */
export interface ReplayInput {
  readonly batchId: BatchId;
  readonly bucket: string;
  readonly manifestKey: string;
  readonly attempt: number;
}

/**
 * `<batchId>` for the first time, `<batchId>-r<N>` for replay N: the name of the execution, and the name and client
 * token of its import job. One text for both, so that whatever comes twice is done once, and a replay starts a job of
 * its own. At most 32 of [A-Za-z0-9-]; executions take 80 (StartExecution), jobs 64 (StartDICOMImportJob).
 */
export function attemptName(batchId: BatchId, attempt: number): string {
  return attempt === 0 ? batchId : `${batchId}-r${attempt}`;
}

/** The batch and the attempt that a name was made from, or undefined when it is no such name. */
export function parseAttemptName(name: string): { readonly batchId: BatchId; readonly attempt: number } | undefined {
  const match = /^([^-]+)(?:-r([1-9]\d{0,3}))?$/.exec(name);
  const batchId = batchIdSchema.safeParse(match?.[1]);
  return batchId.success ? { batchId: batchId.data, attempt: Number(match?.[2] ?? 0) } : undefined;
}

/** What the execution of replay N is started with. */
export function replayInput(batchId: BatchId, bucket: string, attempt: number): ReplayInput {
  return { batchId, bucket, manifestKey: manifestKey(batchId), attempt };
}

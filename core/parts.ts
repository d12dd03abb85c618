import { importJobLimits } from './healthimaging.ts';
import { partJobName } from './import-job-name.ts';
import type { BatchRecord, Part } from './ledger.ts';
import { batchPrefix, partPrefix } from './object-keys.ts';
import { attemptName } from './replay.ts';

/** An instance of a manifest that has not arrived: its place there, and its size. */
export interface OpenInstance {
  readonly index: number;
  readonly bytes: number;
}

/** What bounds the search for the files that make jobs fail. */
export const splitLimits = {
  /** Jobs of one attempt. Two files among 4,500 are found with 50. */
  maxJobs: 128,
  /** So many failures and no success: the cause is not a file. Halves of halves down to eighths, all of them failed. */
  hopelessJobs: 15,
} as const;

/**
 * The jobs with which a batch begins: one, unless it is more than a job may hold. The objects of the batch lie under one
 * prefix, and a job takes a whole prefix: only a batch that goes into one job with all its instances needs no copies.
 * @param files how many instances the manifest has
 */
export function firstParts(open: readonly OpenInstance[], files: number): readonly Part[] {
  const ranges: { from: number; to: number }[] = [];
  let count = 0;
  let bytes = 0;
  for (const { index, bytes: size } of open) {
    const last = ranges.at(-1);
    const fits = count < importJobLimits.maxFiles && bytes + size <= importJobLimits.maxBytes;
    if (last === undefined || !fits) {
      ranges.push({ from: last === undefined ? 0 : index, to: files });
      if (last !== undefined) last.to = index;
      count = 0;
      bytes = 0;
    }
    count += 1;
    bytes += size;
  }
  const copied = ranges.length > 1 || open.length < files;
  return ranges.map((range) => ({ ...range, copied }));
}

/** Two halves of a part, or undefined when it has one open instance: that is the one. */
export function halvesOf(part: Part, open: readonly OpenInstance[]): readonly [Part, Part] | undefined {
  const middle = open[Math.ceil(open.length / 2)]?.index;
  if (middle === undefined) return undefined;
  return [
    { from: part.from, to: middle, copied: true },
    { from: middle, to: part.to, copied: true },
  ];
}

/** The name of the job of the part at work, and where its objects lie. */
export function partAtWork(
  batch: Pick<BatchRecord, 'batchId' | 'bucket' | 'files' | 'attempt' | 'parts'>,
): { readonly part: Part; readonly jobName: string; readonly inputS3Uri: string } | undefined {
  const [part] = batch.parts ?? [{ from: 0, to: batch.files, copied: false }];
  if (part === undefined) return undefined;
  const attempt = attemptName(batch.batchId, batch.attempt ?? 0);
  const isAll = part.from === 0 && part.to === batch.files;
  const jobName = isAll ? attempt : partJobName(attempt, part.from, part.to);
  const prefix = part.copied ? partPrefix(jobName) : batchPrefix(batch.batchId);
  return { part, jobName, inputS3Uri: `s3://${batch.bucket}/${prefix}` };
}

import { z } from 'zod';
import { sealReasonSchema } from './manifest.ts';
import { batchIdSchema } from './object-keys.ts';
import { outletSchema, prioritySchema } from './route.ts';

/**
 * The states of a batch in the ledger. A batch that is still open is known by its lease alone; the ledger begins with
 * the seal.
 */
export const batchStatusSchema = z.enum([
  'registered',
  /** Waits for its turn to have a job started. */
  'queued',
  'importing',
  'completed',
  'completed-with-failures',
  'failed',
]);
export type BatchStatus = z.infer<typeof batchStatusSchema>;

/** From each state, the states that may follow. A step that is run again finds its own state: that is allowed. */
export const batchTransitions: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  // What goes by STOW-RS does not wait for a turn.
  registered: ['registered', 'queued', 'importing', 'failed'],
  // A job may have ended before the note that it was started was written.
  queued: ['queued', 'importing', 'completed', 'completed-with-failures', 'failed'],
  importing: ['importing', 'queued', 'completed', 'completed-with-failures', 'failed'],
  completed: ['completed'],
  'completed-with-failures': ['completed-with-failures', 'registered'],
  failed: ['failed', 'registered'],
};

/** The states from which a batch may move to `next`: the condition of the ledger's update. */
export const statesBefore = (next: BatchStatus): readonly BatchStatus[] =>
  batchStatusSchema.options.filter((status) => batchTransitions[status].includes(next));

/** Nothing more happens to a batch in such a state unless somebody replays it. */
export const isFinal = (status: BatchStatus): boolean =>
  !(['registered', 'queued', 'importing'] as BatchStatus[]).includes(status);

/**
 * What became of an acknowledged instance. `unaccounted`: the job ended and its output names the instance nowhere.
 */
export const instanceStatusSchema = z.enum(['received', 'imported', 'imported-with-warnings', 'failed', 'unaccounted']);

/**
 * A part of a batch that has a job of its own: its instances from `from` up to and without `to`, by their place in the
 * manifest, without those that have arrived. `copied`: their objects lie under a prefix of the part's own.
 */
export const partSchema = z.object({ from: z.int(), to: z.int(), copied: z.boolean() });
export type Part = Readonly<z.infer<typeof partSchema>>;

/** Item of the batches table; key `batchId`, indexes `byStatus` and `byLane`. Times are ISO 8601. */
export const batchRecordSchema = z.object({
  batchId: batchIdSchema,
  status: batchStatusSchema,
  route: z.string(),
  priority: prioritySchema,
  datastoreId: z.string(),
  bucket: z.string(),
  owner: z.string(),
  files: z.int(),
  bytes: z.int(),
  openedAt: z.string(),
  sealedAt: z.string(),
  /** Absent when the manifest could not be read. */
  sealReason: sealReasonSchema.optional(),
  registeredAt: z.string(),
  updatedAt: z.string(),
  studyInstanceUids: z.array(z.string()),
  traceparent: z.string().optional(),
  /** `stow`: its instances are being stored one by one. Absent: what is left of them goes by import jobs. */
  outlet: outletSchema.optional(),
  /** 0 for the first import; counts replays. */
  attempt: z.int().optional(),
  /** The parts that have no outcome yet; the first is the one at work. */
  parts: z.array(partSchema).optional(),
  /** How many jobs of this attempt failed as a whole, and how many did not. */
  jobsFailed: z.int().optional(),
  jobsCompleted: z.int().optional(),
  /** Where it waits, or which data store is at work on it: what the index of the queue goes by. */
  lane: z.string().optional(),
  queuedAt: z.string().optional(),
  /** Written before the job is started, so that the job's event never finds the token missing. */
  taskToken: z.string().optional(),
  /** The name and client token of the job of the part at work. */
  jobName: z.string().optional(),
  inputS3Uri: z.string().optional(),
  /** Whether a job of this name may have been started before. */
  requeued: z.boolean().optional(),
  jobId: z.string().optional(),
  jobStatus: z.string().optional(),
  outputS3Uri: z.string().optional(),
  /** Why the batch failed as a whole. */
  reason: z.string().optional(),
  imported: z.int().optional(),
  warned: z.int().optional(),
  failed: z.int().optional(),
  unaccounted: z.int().optional(),
  imageSetIds: z.array(z.string()).optional(),
  endedAt: z.string().optional(),
});
export type BatchRecord = Readonly<z.infer<typeof batchRecordSchema>>;

/** Item of the instances table; key `batchId` + `objectKey`, index `bySopInstance` on `sopInstanceUid`. */
export const instanceRecordSchema = z.object({
  batchId: batchIdSchema,
  objectKey: z.string(),
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  seriesInstanceUid: z.string(),
  studyInstanceUid: z.string(),
  transferSyntaxUid: z.string(),
  callingAeTitle: z.string(),
  bytes: z.int(),
  crc32: z.string(),
  receivedAt: z.string(),
  traceparent: z.string().optional(),
  status: instanceStatusSchema,
  imageSetId: z.string().optional(),
  isPrimary: z.boolean().optional(),
  /** HealthImaging's exception type and message, or its warnings' types. */
  reason: z.string().optional(),
  updatedAt: z.string(),
});
export type InstanceRecord = Readonly<z.infer<typeof instanceRecordSchema>>;

/** What one batch contributes to a study. Kept per batch so that a step that runs twice counts once. */
export const studyShareSchema = z.object({
  received: z.int(),
  imported: z.int(),
  warned: z.int(),
  failed: z.int(),
  unaccounted: z.int(),
  imageSetIds: z.array(z.string()),
  nonPrimaryImageSetIds: z.array(z.string()),
  status: batchStatusSchema,
});
export type StudyShare = Readonly<z.infer<typeof studyShareSchema>>;

/**
 * `arriving`: instances are stored and none is given to HealthImaging yet. `attention`: a person should look: something
 * failed, is unaccounted for, or became a non-primary image set.
 */
export const studyStateSchema = z.enum(['arriving', 'importing', 'complete', 'attention']);
export type StudyState = z.infer<typeof studyStateSchema>;

/** Item of the studies table; key `datastoreId` + `studyInstanceUid`. */
export const studyRecordSchema = z.object({
  datastoreId: z.string(),
  studyInstanceUid: z.string(),
  firstReceivedAt: z.string(),
  updatedAt: z.string(),
  batches: z.record(z.string(), studyShareSchema),
  state: studyStateSchema.optional(),
  /** What was last told of it, so that nothing is told twice. */
  noticed: z.string().optional(),
});
export type StudyRecord = Readonly<z.infer<typeof studyRecordSchema>>;

export interface StudySummary extends Omit<StudyShare, 'status'> {
  readonly state: StudyState;
}

/** The whole of a study from what its batches say. */
export function summarizeStudy(study: StudyRecord): StudySummary {
  const shares = Object.values(study.batches);
  const sum = (field: 'received' | 'imported' | 'warned' | 'failed' | 'unaccounted') =>
    shares.reduce((total, share) => total + share[field], 0);
  const union = (field: 'imageSetIds' | 'nonPrimaryImageSetIds') => [
    ...new Set(shares.flatMap((share) => share[field])),
  ];
  const nonPrimaryImageSetIds = union('nonPrimaryImageSetIds');
  const failed = sum('failed');
  const unaccounted = sum('unaccounted');
  const attention =
    failed > 0 ||
    unaccounted > 0 ||
    nonPrimaryImageSetIds.length > 0 ||
    shares.some((share) => share.status === 'failed');
  const state = attention ? 'attention' : progressOf(shares.map(({ status }) => status));
  return {
    state,
    received: sum('received'),
    imported: sum('imported'),
    warned: sum('warned'),
    failed,
    unaccounted,
    imageSetIds: union('imageSetIds'),
    nonPrimaryImageSetIds,
  };
}

function progressOf(statuses: readonly BatchStatus[]): StudyState {
  if (statuses.every(isFinal)) return 'complete';
  return statuses.every((status) => status === 'registered') ? 'arriving' : 'importing';
}

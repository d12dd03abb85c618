import { z } from 'zod';

/** What an instance must have come to so that it is reported as committed: kept in the store, or imported. */
export const commitmentMeaningSchema = z.enum(['stored', 'imported']);
export type CommitmentMeaning = z.infer<typeof commitmentMeaningSchema>;

/** `reported` and `expired` are ends. A transaction leaves `accepted` when it is known of each instance what to say. */
export const commitmentStateSchema = z.enum(['accepted', 'decided', 'reported', 'expired']);

const milliseconds = z.int().nonnegative();

/**
 * A Storage Commitment transaction (PS3.4 J.3): what was asked for, and how far it has come. Each change makes the next
 * revision, and of two who make the same revision one wins. Times are of the wall clock, milliseconds since the epoch.
 */
export const commitmentSchema = z.strictObject({
  version: z.literal(1),
  transactionUid: z.string().min(1).max(64),
  /** Counts changes, from 0. */
  revision: z.int().nonnegative(),
  state: commitmentStateSchema,
  meaning: commitmentMeaningSchema,
  /** Who asked, by which title of ours, and from where. */
  callingAeTitle: z.string().max(64),
  calledAeTitle: z.string().max(64),
  address: z.string().max(64),
  acceptedAtMs: milliseconds,
  /** SOP class UID and SOP instance UID of each instance. */
  references: z.array(z.tuple([z.string().max(64), z.string().max(64)])).min(1),
  /** Position in `references` and Failure Reason (0008,1197) of each instance that is not committed, once decided. */
  failures: z.array(z.tuple([z.int().nonnegative(), z.int()])),
  decidedAtMs: milliseconds.optional(),
  /** Tries in this state that did not lead to the next. */
  tries: z.int().nonnegative(),
  /** Not to be worked on before. */
  dueAtMs: milliseconds,
  /** The process that works on it now. */
  holder: z.string().max(256).optional(),
});
export type Commitment = Readonly<z.infer<typeof commitmentSchema>>;

/** Nothing more happens to it, unless it is asked for again. */
export const isOver = ({ state }: Pick<Commitment, 'state'>): boolean => state === 'reported' || state === 'expired';

/** For how long it is known which transactions there were, so that their UIDs are not used twice. */
export const commitmentRetentionMs = 30 * 86_400_000;

import { z } from 'zod';
import { batchIdSchema } from '../core/object-keys.ts';

/** The input of an execution of the state machine, and a part of the input of its steps. */
export const sealedBatchSchema = z.object({
  batchId: batchIdSchema,
  bucket: z.string().min(1),
  manifestKey: z.string().min(1),
  /** Which replay of the batch is asked for; 0 asks for whatever is unfinished. */
  attempt: z.int().nonnegative().optional(),
});

/** A sealed batch: where its manifest lies. */
export type SealedBatch = Readonly<z.infer<typeof sealedBatchSchema>>;

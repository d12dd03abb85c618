import { z } from 'zod';
import { batchIdSchema } from '../core/object-keys.ts';

/** The input of an execution of the state machine, and a part of the input of its steps. */
export const sealedBatchSchema = z.object({
  batchId: batchIdSchema,
  bucket: z.string().min(1),
  manifestKey: z.string().min(1),
});

/** A sealed batch: where its manifest lies. */
export type SealedBatch = Readonly<z.infer<typeof sealedBatchSchema>>;

import { z } from 'zod';
import { manifestInstanceSchema } from './manifest.ts';

/** What the spool keeps behind the bytes of an instance: all that its manifest will say of it, but the key. */
export const spoolRecordSchema = manifestInstanceSchema.omit({ key: true }).extend({ version: z.literal(1) });
export type SpoolRecord = Readonly<z.infer<typeof spoolRecordSchema>>;

import { z } from 'zod';

/** `stat` batches are short and start before routine ones. */
export const prioritySchema = z.enum(['routine', 'stat']);
export type Priority = z.infer<typeof prioritySchema>;

export const datastoreIdSchema = z
  .string()
  .regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits');

/** Where the instances of a called AE title go. */
export const routeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens, at most 32'),
  /** HealthImaging datastore, or undefined when nothing imports (a folder store with no pipeline behind it). */
  datastoreId: datastoreIdSchema.optional(),
  priority: prioritySchema.default('routine'),
});
export type Route = Readonly<z.infer<typeof routeSchema>>;

import { z } from 'zod';

/** `stat` batches are short and start before routine ones. */
export const prioritySchema = z.enum(['routine', 'stat']);
export type Priority = z.infer<typeof prioritySchema>;

/** How batches get into HealthImaging: by import jobs, or each instance by STOW-RS and only the rest by a job. */
export const outletSchema = z.enum(['import-job', 'stow']);
export type Outlet = z.infer<typeof outletSchema>;

export const datastoreIdSchema = z
  .string()
  .regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits');

/** Where the instances of a called AE title go. */
export const routeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens, at most 32'),
  /** HealthImaging datastore, or undefined when nothing imports (a folder store with no pipeline behind it). */
  datastoreId: datastoreIdSchema.optional(),
  priority: prioritySchema.default('routine'),
  /** Absent: import jobs. Pipelines of before it was there do not read manifests that name it. */
  outlet: outletSchema.optional(),
});
export type Route = Readonly<z.infer<typeof routeSchema>>;

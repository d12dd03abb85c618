import { z } from 'zod';
import { datastoreIdSchema } from './route.ts';
import { count, durationMs, GB, meta } from './setting-types.ts';

/** The settings of what becomes of instances: when they are acknowledged, what is checked, where they go in batches. */
export const ingestSettings = {
  ack: z
    .enum(['stored', 'spooled'])
    .default('stored')
    .meta(
      meta(
        'SCP_ACK',
        'When success is answered: `stored`, once the store has the instance, or `spooled`, once it is on the volume of SCP_SPOOL_FOLDER, from where it is uploaded.',
      ),
    ),
  spoolFolder: z
    .string()
    .min(1)
    .optional()
    .meta(meta('SCP_SPOOL_FOLDER', 'Folder of the spool, on a volume that outlives the process and is its own.')),
  spoolHighPercent: count(1, 100)
    .default(85)
    .meta(
      meta(
        'SCP_SPOOL_HIGH_PERCENT',
        'Use of the volume of the spool from which new associations are rejected as a transient condition.',
      ),
    ),
  spoolFullPercent: count(1, 100)
    .default(95)
    .meta(meta('SCP_SPOOL_FULL_PERCENT', 'Use of the volume of the spool from which instances are refused, 0xA700.')),
  spoolLeaseTtlMs: durationMs(500, 600_000)
    .default(15_000)
    .meta(
      meta(
        'SCP_SPOOL_LEASE_TTL_MS',
        'How long a process that uploads from the spool may show no sign of life until another takes over.',
      ),
    ),
  spoolUploads: count(1, 256)
    .default(8)
    .meta(meta('SCP_SPOOL_UPLOADS', 'Instances that are uploaded from the spool at a time.')),

  importChecks: z
    .enum(['accept', 'warn', 'reject'])
    .default('warn')
    .meta(
      meta(
        'SCP_IMPORT_CHECKS',
        'What becomes of instances that HealthImaging would not import, as far as the receiver can tell: `accept`, `warn` (accept, log and count) or `reject`.',
      ),
    ),
  routesFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_ROUTES_FILE',
        'JSON file of routes: further AE titles to answer to, each with a datastore, a priority and batches of its own.',
      ),
    ),
  datastoreId: datastoreIdSchema
    .optional()
    .meta(
      meta('SCP_DATASTORE_ID', 'HealthImaging datastore that batches are imported into, unless their route names one.'),
    ),
  batchQuietMs: durationMs(100, 600_000)
    .default(5_000)
    .meta(meta('SCP_BATCH_QUIET_MS', 'A batch with no live association is sealed after this silence.')),
  batchMaxAgeMs: durationMs(1_000, 3_600_000)
    .default(30_000)
    .meta(meta('SCP_BATCH_MAX_AGE_MS', 'After this age a batch takes no new association.')),
  batchHardAgeMs: durationMs(1_000, 86_400_000)
    .default(300_000)
    .meta(meta('SCP_BATCH_HARD_AGE_MS', 'After this age a batch takes no new instance, even from associations in it.')),
  batchMaxFiles: count(1, 5_000)
    .default(4_500)
    .meta(meta('SCP_BATCH_MAX_FILES', 'Most instances in a batch. An import job takes 5,000.')),
  batchMaxBytes: count(1_000, 10 * GB)
    .default(9 * GB)
    .meta(meta('SCP_BATCH_MAX_BYTES', 'Most bytes in a batch. An import job takes 10 GB.')),
  leaseTtlMs: durationMs(1_000, 600_000)
    .default(60_000)
    .meta(meta('SCP_LEASE_TTL_MS', 'How long a batch lives without its owner renewing the lease.')),
};

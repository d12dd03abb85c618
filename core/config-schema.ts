import { z } from 'zod';

/** What is known of a setting beside its type: the variable it is read from and what it is for. */
export interface SettingMeta {
  readonly env: string;
  readonly description: string;
  /** Shown only masked. */
  readonly secret?: boolean;
}

const meta = (env: string, description: string): SettingMeta & Record<string, unknown> => ({ env, description });

const KIB = 1024;
const MIB = 1024 * KIB;
const GB = 1_000_000_000;

/** Whole numbers come as text from the environment. */
const count = (min: number, max: number) =>
  z.coerce.number<string | number>('a whole number is needed').int('a whole number is needed').min(min).max(max);
const durationMs = (minMs: number, maxMs: number) => count(minMs, maxMs);
const flag = z.union([z.boolean(), z.stringbool()], 'true or false is needed');
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item),
  );

/** PS3.5 6.2, AE: at most 16 characters of the default repertoire, no backslash, no control characters. */
const aeTitle = z
  .string()
  .trim()
  .regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/, 'an AE title has 1 to 16 printable characters and no backslash');

/**
 * Every setting of the service, once: the environment is parsed with it, and the configuration reference, the chart's
 * value schema and the container definitions are made from it.
 */
export const configSchema = z.strictObject({
  aeTitles: list(aeTitle)
    .pipe(z.array(aeTitle).min(1, 'at least one AE title'))
    .default(['STORESCP'])
    .meta(meta('SCP_AE_TITLES', 'AE titles that this service answers to, separated by commas.')),
  requireCalledAeTitle: flag
    .default(true)
    .meta(meta('SCP_REQUIRE_CALLED_AE_TITLE', 'Refuse associations that call another AE title.')),
  callingAeTitles: list(aeTitle)
    .default([])
    .meta(meta('SCP_CALLING_AE_TITLES', 'Calling AE titles that may associate, separated by commas. Empty: any.')),
  host: z.string().min(1).default('0.0.0.0').meta(meta('SCP_HOST', 'Address that the DICOM listener binds.')),
  port: count(0, 65_535).default(11_112).meta(meta('SCP_PORT', 'TCP port for DICOM. 0 lets the system choose.')),
  adminHost: z.string().min(1).default('0.0.0.0').meta(meta('SCP_ADMIN_HOST', 'Address that the admin server binds.')),
  adminPort: count(0, 65_535)
    .default(8_080)
    .meta(meta('SCP_ADMIN_PORT', 'TCP port for probes and metrics. 0 lets the system choose.')),

  maxPduBytes: count(4 * KIB, MIB)
    .default(128 * KIB)
    .meta(meta('SCP_MAX_PDU_BYTES', 'Longest P-DATA-TF that the association acceptance announces.')),
  maxReceivedPduBytes: count(4 * KIB, 64 * MIB)
    .default(MIB)
    .meta(
      meta('SCP_MAX_RECEIVED_PDU_BYTES', 'Longest P-DATA-TF that is taken from peers who ignore what was announced.'),
    ),
  maxAssociations: count(1, 10_000)
    .default(300)
    .meta(meta('SCP_MAX_ASSOCIATIONS', 'Associations at a time; more are rejected as a transient condition.')),
  maxAssociationsPerPeer: count(1, 10_000)
    .default(100)
    .meta(meta('SCP_MAX_ASSOCIATIONS_PER_PEER', 'Associations at a time from one network address.')),
  artimTimeoutMs: durationMs(100, 600_000)
    .default(30_000)
    .meta(
      meta(
        'SCP_ARTIM_TIMEOUT_MS',
        'How long a new connection may take to ask for an association (ARTIM, PS3.8 9.1.4).',
      ),
    ),
  idleTimeoutMs: durationMs(1_000, 86_400_000)
    .default(300_000)
    .meta(
      meta('SCP_IDLE_TIMEOUT_MS', 'How long an association may stay silent while nothing is asked of this service.'),
    ),
  drainTimeoutMs: durationMs(0, 3_600_000)
    .default(100_000)
    .meta(meta('SCP_DRAIN_TIMEOUT_MS', 'How long live associations may go on after SIGTERM before they are aborted.')),

  store: z
    .enum(['folder', 's3'])
    .default('folder')
    .meta(meta('SCP_STORE', 'Where instances are kept: `folder` or `s3`.')),
  folder: z.string().min(1).optional().meta(meta('SCP_FOLDER', 'Folder of the folder store.')),
  folderFsync: flag
    .default(true)
    .meta(meta('SCP_FOLDER_FSYNC', 'Flush file and folder to the disk before success is answered.')),
  bucket: z.string().min(3).max(63).optional().meta(meta('SCP_BUCKET', 'S3 bucket that instances land in.')),
  keyPrefix: z
    .string()
    .regex(/^(?:[A-Za-z0-9._-]+\/)*$/, 'empty, or path segments each ending in a slash')
    .max(256)
    .default('')
    .meta(meta('SCP_KEY_PREFIX', 'Put before every key in the bucket. Empty, or ends in a slash.')),
  s3PathStyle: flag
    .default(false)
    .meta(meta('SCP_S3_PATH_STYLE', 'Address buckets by path, for S3 servers without virtual hosts.')),
  storeDeadlineMs: durationMs(1_000, 600_000)
    .default(25_000)
    .meta(meta('SCP_STORE_DEADLINE_MS', 'How long storing one request is retried before the modality is told 0xA700.')),

  datastoreId: z
    .string()
    .regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits')
    .optional()
    .meta(meta('SCP_DATASTORE_ID', 'HealthImaging datastore that batches are imported into.')),
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

  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta(meta('SCP_LOG_LEVEL', 'Least severe level that is logged.')),
});

/** The service's configuration, complete and valid. */
export type Config = Readonly<z.infer<typeof configSchema>>;

/** Rules between settings. Takes what could be read so far, so that they are reported together with all other problems. */
export function conflicts(
  config: Partial<Config>,
): readonly { readonly name: keyof Config; readonly problem: string }[] {
  const found: { name: keyof Config; problem: string }[] = [];
  const less = (a: keyof Config, b: keyof Config, inclusive = false) => {
    const [left, right] = [config[a], config[b]];
    return typeof left === 'number' && typeof right === 'number' && (left < right || (inclusive && left === right));
  };
  if (config.store === 's3' && config.bucket === undefined)
    found.push({ name: 'bucket', problem: 'needed when SCP_STORE is s3' });
  if (config.store === 'folder' && config.folder === undefined)
    found.push({ name: 'folder', problem: 'needed when SCP_STORE is folder' });
  if (less('maxReceivedPduBytes', 'maxPduBytes'))
    found.push({
      name: 'maxReceivedPduBytes',
      problem: 'less than SCP_MAX_PDU_BYTES: what is announced must be taken',
    });
  if (less('batchHardAgeMs', 'batchMaxAgeMs'))
    found.push({ name: 'batchHardAgeMs', problem: 'less than SCP_BATCH_MAX_AGE_MS' });
  if (less('leaseTtlMs', 'storeDeadlineMs', true))
    found.push({ name: 'leaseTtlMs', problem: 'not more than SCP_STORE_DEADLINE_MS: a lease must outlive a store' });
  if (config.port !== undefined && config.port !== 0 && config.port === config.adminPort)
    found.push({ name: 'adminPort', problem: 'the same as SCP_PORT' });
  return found;
}

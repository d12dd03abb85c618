import { z } from 'zod';
import { auditSettings } from './audit-settings.ts';
import { commitmentSettings } from './commitment-settings.ts';
import { ingestSettings } from './ingest-settings.ts';
import { ledgerSettings } from './ledger-settings.ts';
import { networkSchema } from './peers.ts';
import { count, durationMs, flag, KIB, list, MIB, meta } from './setting-types.ts';
import { statusSettings } from './status-settings.ts';

export type { SettingMeta } from './setting-types.ts';

/**
 * PS3.5 6.2, AE: at most 16 characters of the default repertoire, no backslash, no control characters. No comma either:
 * it separates titles in the environment.
 */
const aeTitle = z
  .string()
  .trim()
  .regex(
    /^[\x20-\x2b\x2d-\x5b\x5d-\x7e]{1,16}$/,
    'an AE title has 1 to 16 printable characters, no backslash and no comma',
  );

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
  plain: flag.default(true).meta(meta('SCP_PLAIN', 'Listen for DICOM without TLS on SCP_PORT.')),
  proxyProtocolFrom: list(networkSchema)
    .default([])
    .meta(
      meta(
        'SCP_PROXY_PROTOCOL_FROM',
        'Networks of load balancers, separated by commas. They must send a PROXY protocol version 2 header, and nobody else may.',
      ),
    ),

  tlsPort: count(0, 65_535)
    .optional()
    .meta(meta('SCP_TLS_PORT', 'TCP port for DICOM over TLS, 2762 by convention. Not set: no TLS in this process.')),
  tlsProfile: z
    .enum(['bcp195', 'bcp195-modified'])
    .default('bcp195')
    .meta(meta('SCP_TLS_PROFILE', 'Secure transport profile of PS3.15: `bcp195` is B.12, `bcp195-modified` is B.13.')),
  tlsKeyFile: z.string().min(1).optional().meta(meta('SCP_TLS_KEY_FILE', 'PEM file of the private key.')),
  tlsCertificateFile: z
    .string()
    .min(1)
    .optional()
    .meta(meta('SCP_TLS_CERTIFICATE_FILE', 'PEM file of the certificate, with its intermediates behind it.')),
  tlsClientCaFile: z
    .string()
    .min(1)
    .optional()
    .meta(meta('SCP_TLS_CLIENT_CA_FILE', 'PEM file of the authorities that certificates of clients must come from.')),
  tlsClientCertificate: z
    .enum(['none', 'request', 'require'])
    .default('none')
    .meta(
      meta(
        'SCP_TLS_CLIENT_CERTIFICATE',
        'Whether clients are asked for a certificate: `none`, `request` (one that is shown must be valid) or `require`.',
      ),
    ),

  peersFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta('SCP_PEERS_FILE', 'JSON file of the peers that may send, with their addresses, certificates and terms.'),
    ),
  unknownPeers: z
    .enum(['refuse', 'allow', 'record'])
    .default('allow')
    .meta(
      meta(
        'SCP_UNKNOWN_PEERS',
        'What becomes of calling AE titles that are not in the peers file: `refuse`, `allow`, or `record` (allow, and note once).',
      ),
    ),
  recordedPeersFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_RECORDED_PEERS_FILE',
        'File that recorded peers are added to, a line of JSON each. Not set: the log only.',
      ),
    ),
  reloadIntervalMs: durationMs(100, 3_600_000)
    .default(10_000)
    .meta(
      meta(
        'SCP_RELOAD_INTERVAL_MS',
        'How often the files of peers and of TLS are looked at for changes; SIGHUP looks at once.',
      ),
    ),
  strict: flag
    .default(false)
    .meta(
      meta('SCP_STRICT', 'Tolerate nothing that does not conform, unless the peers file says otherwise of a peer.'),
    ),
  asyncWindow: count(1, 64)
    .default(1)
    .meta(
      meta(
        'SCP_ASYNC_WINDOW',
        'Operations that a peer may have outstanding, unless the peers file says otherwise of it. 1: not negotiated.',
      ),
    ),

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
    .meta(
      meta(
        'SCP_MAX_ASSOCIATIONS_PER_PEER',
        'Associations at a time from one network address, unless the peers file has a limit of its own for the peer.',
      ),
    ),
  maxPendingConnections: count(1, 10_000)
    .default(256)
    .meta(
      meta(
        'SCP_MAX_PENDING_CONNECTIONS',
        'Connections at a time that have no association; for one more, the one that has waited longest is closed.',
      ),
    ),
  connectionsPerSecond: count(1, 100_000)
    .default(100)
    .meta(meta('SCP_CONNECTIONS_PER_SECOND', 'Connections a second from one network address in the long run.')),
  connectionBurst: count(1, 100_000)
    .default(1_000)
    .meta(meta('SCP_CONNECTION_BURST', 'Connections that one network address may open at once after a quiet time.')),
  maxBytesInFlight: count(16 * MIB, 64 * 1024 * MIB)
    .default(512 * MIB)
    .meta(
      meta(
        'SCP_MAX_BYTES_IN_FLIGHT',
        'Bytes that instances on their way to the store may hold in memory, 24 MiB each at the most. Beyond, new associations are rejected as a transient condition; live ones go on.',
      ),
    ),
  artimTimeoutMs: durationMs(100, 600_000)
    .default(30_000)
    .meta(
      meta(
        'SCP_ARTIM_TIMEOUT_MS',
        'How long a new connection may take until its association request is whole, PROXY header and TLS handshake included; and how long a peer may take to close after the end (ARTIM, PS3.8 9.1.4).',
      ),
    ),
  inFlightTimeoutMs: durationMs(100, 3_600_000)
    .default(60_000)
    .meta(
      meta(
        'SCP_IN_FLIGHT_TIMEOUT_MS',
        'How long a message that has begun may bring next to nothing, or a peer may leave our answers unread.',
      ),
    ),
  idleTimeoutMs: durationMs(100, 86_400_000)
    .default(300_000)
    .meta(
      meta('SCP_IDLE_TIMEOUT_MS', 'How long an association may stay silent while nothing is asked of this service.'),
    ),
  closeTimeoutMs: durationMs(100, 600_000)
    .default(5_000)
    .meta(
      meta(
        'SCP_CLOSE_TIMEOUT_MS',
        'How long a connection that this service closes may take to be gone before it is cut.',
      ),
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
  storeBufferBytes: count(32 * MIB, 64 * 1024 * MIB)
    .default(256 * MIB)
    .meta(
      meta(
        'SCP_STORE_BUFFER_BYTES',
        'Memory of instances on their way to S3, all together. When half of it is used, large instances are sent in smaller parts; when all is, senders are held back in turn.',
      ),
    ),
  s3Client: z
    .enum(['direct', 'sdk'])
    .default('direct')
    .meta(
      meta(
        'SCP_S3_CLIENT',
        'What sends instances to S3: `direct`, requests of our own, or `sdk`, the AWS SDK, at several times the CPU time.',
      ),
    ),

  ...ingestSettings,
  ...statusSettings,

  ...ledgerSettings,
  ...commitmentSettings,
  ...auditSettings,

  cloudwatchNamespace: z
    .string()
    .regex(/^[^:][A-Za-z0-9._/#:$ {}-]{0,254}$/, '1 to 255 characters that a CloudWatch namespace may have')
    .optional()
    .meta(
      meta(
        'SCP_CLOUDWATCH_NAMESPACE',
        "Namespace of the metrics that are written to the log in CloudWatch's embedded format, once a minute. Not set: none.",
      ),
    ),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta(meta('SCP_LOG_LEVEL', 'Least severe level that is logged.')),
});

/** The service's configuration, complete and valid. */
export type Config = Readonly<z.infer<typeof configSchema>>;

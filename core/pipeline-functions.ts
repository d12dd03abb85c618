import { z } from 'zod';

const positive = z.coerce.number().positive();
const milliseconds = z.coerce.number().int().nonnegative();

/**
 * The environment variables of the pipeline's functions: how each is read. Durations are in milliseconds.
 */
export const pipelineVariables = {
  BATCHES_TABLE: z.string().min(1),
  INSTANCES_TABLE: z.string().min(1),
  STUDIES_TABLE: z.string().min(1),
  LIMITER_TABLE: z.string().min(1),
  /** StartDICOMImportJob requests a second that the account may make; AWS's default is 1. */
  STARTS_PER_SECOND: positive,
  /** How many of them may come at once after a pause; AWS's default is 2. */
  START_BURST: positive,
  /** Import jobs of one datastore that may be under way; AWS's default is 100. */
  CONCURRENT_JOBS: positive,
  /** Where it is told that a study is complete or needs attention. Not set: nobody is told. */
  STUDY_TOPIC_ARN: z.string().min(1).optional(),
  INGEST_BUCKET: z.string().min(1),
  /** Where import jobs write their results, e.g. `s3://results/jobs/`. */
  OUTPUT_S3_URI: z.string().regex(/^s3:\/\/[^/]+\/(.+\/)?$/, 'an S3 URI that ends in a slash'),
  DATA_ACCESS_ROLE_ARN: z.string().min(20),
  /** Where batches go whose route names no datastore. */
  DEFAULT_DATASTORE_ID: z
    .string()
    .regex(/^[0-9a-z]{32}$/, 'a datastore id has 32 lower-case letters and digits')
    .optional(),
  /** DICOMweb of HealthImaging, e.g. `https://dicom-medical-imaging.us-east-1.amazonaws.com`. Not set: it is out of reach. */
  DICOMWEB_ENDPOINT: z.url().optional(),
  /** Its image sets, e.g. `https://runtime-medical-imaging.us-east-1.amazonaws.com`. */
  IMAGE_SETS_ENDPOINT: z.url().optional(),
  STATE_MACHINE_ARN: z.string().min(1),
  LEASE_TTL_MS: milliseconds,
  /** How long after its end a lease is left alone. */
  LEASE_GRACE_MS: milliseconds,
  /** The age from which a manifest that the ledger does not know counts as a lost event. */
  LOST_EVENT_AFTER_MS: milliseconds,
  /** How far back manifests are looked through for lost events. */
  LOST_EVENT_LOOKBACK_MS: milliseconds,
  /** How long a batch may stand still before its execution is looked after. */
  STUCK_AFTER_MS: milliseconds,
  /** How often a batch is started again before it is given up. */
  MAX_REDRIVES: z.coerce.number().int().nonnegative(),
} as const;

export type PipelineVariable = keyof typeof pipelineVariables;

/** One function of the pipeline: what it is given and which variables it reads. */
export interface PipelineFunction {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly variables: readonly PipelineVariable[];
}

const ledger = ['BATCHES_TABLE', 'INSTANCES_TABLE', 'STUDIES_TABLE'] as const;
const limiter = [
  'LIMITER_TABLE',
  'STARTS_PER_SECOND',
  'START_BURST',
  'CONCURRENT_JOBS',
  'DATA_ACCESS_ROLE_ARN',
] as const;

/** The functions of the pipeline; the code of each is `lambdas/<name>/handler.ts`, export `handler`. */
export const pipelineFunctions = {
  intake: { memoryMb: 256, timeoutSeconds: 30, variables: ['STATE_MACHINE_ARN'] },
  register: {
    memoryMb: 512,
    timeoutSeconds: 120,
    variables: [...ledger, 'OUTPUT_S3_URI', 'DEFAULT_DATASTORE_ID'],
  },
  // It holds four requests at a time, and a whole processor signs them.
  'store-instances': {
    memoryMb: 1_769,
    timeoutSeconds: 600,
    variables: [...ledger, 'STUDY_TOPIC_ARN', 'DICOMWEB_ENDPOINT', 'IMAGE_SETS_ENDPOINT'],
  },
  'prepare-part': { memoryMb: 512, timeoutSeconds: 900, variables: ledger },
  'start-import': { memoryMb: 256, timeoutSeconds: 60, variables: [...ledger, ...limiter] },
  dispatch: { memoryMb: 256, timeoutSeconds: 120, variables: [...ledger, ...limiter] },
  'import-event': { memoryMb: 256, timeoutSeconds: 30, variables: ledger },
  'poll-import': { memoryMb: 256, timeoutSeconds: 30, variables: ledger },
  reconcile: { memoryMb: 1024, timeoutSeconds: 300, variables: [...ledger, 'STUDY_TOPIC_ARN'] },
  'mark-failed': { memoryMb: 512, timeoutSeconds: 120, variables: [...ledger, 'STUDY_TOPIC_ARN'] },
  sweep: {
    memoryMb: 512,
    timeoutSeconds: 300,
    variables: [
      ...ledger,
      'STUDY_TOPIC_ARN',
      'INGEST_BUCKET',
      'STATE_MACHINE_ARN',
      'LEASE_TTL_MS',
      'LEASE_GRACE_MS',
      'LOST_EVENT_AFTER_MS',
      'LOST_EVENT_LOOKBACK_MS',
      'STUCK_AFTER_MS',
      'MAX_REDRIVES',
    ],
  },
} as const satisfies Readonly<Record<string, PipelineFunction>>;

export type PipelineFunctionName = keyof typeof pipelineFunctions;
export const pipelineFunctionNames = Object.keys(pipelineFunctions) as PipelineFunctionName[];

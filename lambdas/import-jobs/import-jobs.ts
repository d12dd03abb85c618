/** The port to HealthImaging's import jobs. */
export interface ImportJobs {
  /**
   * Starts a job. Starting it again under the same name answers the same job.
   * @throws PipelineFault IMPORT_THROTTLED, IMPORT_UNAVAILABLE, IMPORT_REFUSED
   */
  readonly start: (request: ImportRequest) => Promise<ImportJob>;
  /** The state of a job, or undefined when HealthImaging knows none of this id. */
  readonly find: (datastoreId: string, jobId: string) => Promise<ImportJob | undefined>;
}

export interface ImportRequest {
  /** The job's name and the client token: at most 64 of [A-Za-z0-9._-]. */
  readonly name: string;
  readonly datastoreId: string;
  readonly inputS3Uri: string;
  readonly outputS3Uri: string;
  readonly dataAccessRoleArn: string;
}

export interface ImportJob {
  readonly jobId: string;
  /** SUBMITTED, IN_PROGRESS, COMPLETED or FAILED. */
  readonly jobStatus: string;
  /** Why the job failed as a whole. */
  readonly message?: string;
}

/** Nothing more comes of a job in this state. COMPLETED does not say that every file was imported. */
export const hasEnded = (job: Pick<ImportJob, 'jobStatus'>): boolean =>
  job.jobStatus === 'COMPLETED' || job.jobStatus === 'FAILED';

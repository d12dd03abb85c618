/** The port to what an import job wrote about itself ("Understanding import jobs"). */
export interface JobOutput {
  /** What `job-output-manifest.json` says, or undefined when it is not there. */
  readonly summary: () => Promise<JobSummary | undefined>;
  /** Every line of the SUCCESS, FAILURE and WARNING files, one after the other. */
  readonly lines: () => AsyncIterable<OutputText>;
}

/** How many files the job says it imported, and how many it could not. Undefined where it does not say. */
export interface JobSummary {
  readonly imported: number | undefined;
  readonly failed: number | undefined;
}

export type OutputKind = 'success' | 'failure' | 'warning';

export interface OutputText {
  readonly kind: OutputKind;
  readonly text: string;
}

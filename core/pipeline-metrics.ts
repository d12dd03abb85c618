/** A metric of the pipeline in Amazon CloudWatch. */
export interface PipelineMetric {
  readonly unit: 'Count' | 'Seconds';
  readonly meaning: string;
}

/**
 * What the functions count, as lines in CloudWatch's embedded metric format. Each has the dimension `service`, the name of
 * the function. Batches and their instances are counted once, when the batch ends.
 */
export const pipelineMetrics = {
  InstancesImported: { unit: 'Count', meaning: 'Instances that HealthImaging imported without a warning.' },
  InstancesWarned: { unit: 'Count', meaning: 'Instances that were imported with warnings.' },
  InstancesFailed: { unit: 'Count', meaning: 'Instances that were not imported, for a named reason.' },
  InstancesUnaccounted: { unit: 'Count', meaning: 'Instances that the output of their job names nowhere.' },
  InstancesNotImported: {
    unit: 'Count',
    meaning: 'Those that failed or are unaccounted for, by the dimension `reason`: a known word, or `other`.',
  },
  BatchAge: {
    unit: 'Seconds',
    meaning: 'From the opening of a batch, with its first instance, to its reconciliation.',
  },
  ImportQuotaWaits: {
    unit: 'Count',
    meaning:
      'Starts of an import job that HealthImaging put off: its quota of starts or of concurrent jobs was used up.',
  },
  InstancesLeftToJobs: {
    unit: 'Count',
    meaning: 'Instances of routes with STOW-RS that it did not take, and that go by an import job.',
  },
  BatchesWaiting: {
    unit: 'Count',
    meaning: 'Batches that are sealed and have no import job yet, as the sweeper found them.',
  },
  BatchesImporting: { unit: 'Count', meaning: 'Batches that have an import job under way, as the sweeper found them.' },
  OldestUnreconciledAge: {
    unit: 'Seconds',
    meaning: 'From its seal until now, of the batch that was sealed first and has not ended; 0 where there is none.',
  },
  BatchesFailed: { unit: 'Count', meaning: 'Batches that were given up as a whole.' },
  MessagesNotHandled: {
    unit: 'Count',
    meaning: 'Events that a function could not handle: delivered again, and in the end a dead letter.',
  },
} as const satisfies Readonly<Record<string, PipelineMetric>>;

export type PipelineMetricName = keyof typeof pipelineMetrics;

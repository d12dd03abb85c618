/** A metric of the pipeline in Amazon CloudWatch. */
export interface PipelineMetric {
  readonly unit: 'Count' | 'Seconds';
  readonly meaning: string;
}

/**
 * What the functions count, as lines in CloudWatch's embedded metric format. Each has the dimension `service`, the name of
 * the function.
 */
export const pipelineMetrics = {
  InstancesImported: { unit: 'Count', meaning: 'Instances that HealthImaging imported without a warning.' },
  InstancesWarned: { unit: 'Count', meaning: 'Instances that were imported with warnings.' },
  InstancesFailed: { unit: 'Count', meaning: 'Instances that were not imported, for a named reason.' },
  InstancesUnaccounted: { unit: 'Count', meaning: 'Instances that the output of their job names nowhere.' },
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
  BatchesFailed: { unit: 'Count', meaning: 'Batches that were given up as a whole.' },
  MessagesNotHandled: {
    unit: 'Count',
    meaning: 'Events that a function could not handle: delivered again, and in the end a dead letter.',
  },
} as const satisfies Readonly<Record<string, PipelineMetric>>;

export type PipelineMetricName = keyof typeof pipelineMetrics;

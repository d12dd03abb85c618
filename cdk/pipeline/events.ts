import { manifestPrefix } from '../../core/object-keys.ts';
import type { PipelineFunctionName } from '../../core/pipeline-functions.ts';

/** An EventBridge event pattern in CDK's spelling. Every leaf lists what it may be: exact values or a prefix. */
export interface EventPattern {
  readonly source: readonly string[];
  readonly detailType: readonly string[];
  readonly detail: PatternFields;
}

export interface PatternFields {
  readonly [field: string]: PatternFields | readonly PatternValue[];
}

export type PatternValue = string | { readonly prefix: string };

/** A rule, the queue behind it, and the function that is fed from the queue. */
export interface EventRoute {
  readonly pattern: EventPattern;
  readonly consumer: PipelineFunctionName;
  readonly queue: QueueSettings;
}

export interface QueueSettings {
  /** How long a message that was handed out stays hidden: six times the function's timeout, as Lambda asks for. */
  readonly visibilityTimeoutSeconds: number;
  /** A message that was handed out so often goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
  readonly batchSize: number;
}

const queue: QueueSettings = { visibilityTimeoutSeconds: 180, maxReceiveCount: 10, batchSize: 10 };

/** The events that drive the pipeline. One per batch, none per instance. */
export const eventRoutes = (ingestBucket: string): Readonly<Record<'manifestCreated' | 'importEnded', EventRoute>> => ({
  manifestCreated: {
    pattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [ingestBucket] }, object: { key: [{ prefix: manifestPrefix }] } },
    },
    consumer: 'intake',
    queue,
  },
  importEnded: {
    pattern: {
      source: ['aws.medical-imaging'],
      detailType: ['Import Job Completed', 'Import Job Failed'],
      detail: {},
    },
    consumer: 'import-event',
    queue,
  },
});

/** How often somebody begins to see to the batches that wait for a job; each run lasts until the next. */
export const dispatchIntervalSeconds = 60;

/** How often the sweeper looks for what was left behind. */
export const sweepIntervalSeconds = 300;

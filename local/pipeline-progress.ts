import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchIdOfJob } from '../core/import-job-name.ts';
import { type BatchRecord, type InstanceRecord, isFinal, type StudyShare } from '../core/ledger.ts';
import { type BatchId, batchIdSchema } from '../core/object-keys.ts';
import type { PipelineFunctionName } from '../core/pipeline-functions.ts';
import { dynamoLedger } from '../lambdas/ledger/dynamo-ledger.ts';
import type { Ledger } from '../lambdas/ledger/ledger.ts';
import { sharesOf } from '../lambdas/ledger/records-of.ts';
import type { LocalDynamoDb } from './dynamodb/start-dynamodb.ts';
import { localAccount } from './local-account.ts';
import type { Transition } from './stepfunctions/execution-record.ts';

/** What became of one study in one batch. */
export interface StudyOutcome extends StudyShare {
  readonly studyInstanceUid: string;
}

/** What somebody who watches the pipeline sees. */
export type PipelineProgress =
  | { readonly type: 'registered' | 'importing'; readonly batch: BatchRecord }
  | {
      readonly type: 'ended';
      readonly batch: BatchRecord;
      readonly studies: readonly StudyOutcome[];
      /** The instances that did not arrive. */
      readonly failures: readonly InstanceRecord[];
    }
  /** A message was given up by its consumer. */
  | { readonly type: 'dead-letter'; readonly consumer: PipelineFunctionName; readonly body: string }
  /** The sweeper failed and will run again, or the ledger could not be read for this report. */
  | { readonly type: 'trouble'; readonly error: unknown };

/** Reads the ledger of the local edition. */
export function localLedger({ endpoint, tables }: LocalDynamoDb): Ledger {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAccount, endpoint }));
  return dynamoLedger(client, tables, { sleep: () => Promise.resolve(), random: () => 0 });
}

/** Watches executions from outside and tells, in order, what they have changed in the ledger. */
export class ProgressObserver {
  readonly #ledger: Ledger;
  readonly #onProgress: (progress: PipelineProgress) => void;
  #seen: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(ledger: Ledger, onProgress: (progress: PipelineProgress) => void) {
    this.#ledger = ledger;
    this.#onProgress = onProgress;
  }

  see(transition: Transition): void {
    const type = progressTypeOf(transition);
    if (type === undefined) return;
    this.#seen = this.#seen.then(() => this.#tell(type, transition.execution));
  }

  /** Tells nothing more. */
  close(): void {
    this.#closed = true;
  }

  async #tell(type: 'registered' | 'importing' | 'ended', execution: string): Promise<void> {
    if (this.#closed) return;
    try {
      const progress = await progressOf(type, batchIdIn(execution), this.#ledger);
      if (progress !== undefined && !this.#closed) this.#onProgress(progress);
    } catch (error) {
      if (!this.#closed) this.#onProgress({ type: 'trouble', error });
    }
  }
}

function progressTypeOf(transition: Transition): 'registered' | 'importing' | 'ended' | undefined {
  if (transition.type === 'execution-ended') return 'ended';
  if (transition.type === 'task-submitted') return 'importing';
  return transition.type === 'state-exited' && transition.state === 'Register' ? 'registered' : undefined;
}

/** The batch of an execution: redrives have its id and a suffix as their name. */
const batchIdIn = (execution: string) => batchIdSchema.parse(batchIdOfJob(execution));

async function progressOf(
  type: 'registered' | 'importing' | 'ended',
  batchId: BatchId,
  ledger: Ledger,
): Promise<PipelineProgress | undefined> {
  const batch = await ledger.findBatch(batchId);
  if (batch === undefined) return undefined;
  if (type === 'registered' || type === 'importing') return { type, batch };
  // An execution that was stopped leaves its batch for the next one.
  if (!isFinal(batch.status)) return undefined;
  const instances = await ledger.instancesOf(batchId);
  return {
    type: 'ended',
    batch,
    studies: [...sharesOf(instances, batch.status)].map(([studyInstanceUid, share]) => ({
      studyInstanceUid,
      ...share,
    })),
    failures: instances.filter(({ status }) => status === 'failed' || status === 'unaccounted'),
  };
}

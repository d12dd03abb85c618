import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { BatchRecord, BatchStatus } from '../../core/ledger.ts';
import { attemptName, replayInput } from '../../core/replay.ts';
import { parseTraceparent, xrayTraceHeader } from '../../core/traceparent.ts';

/** A batch that needs more attempts needs somebody who looks at it. */
const MAX_ATTEMPTS = 100;

export type Replay =
  | { readonly outcome: 'started'; readonly execution: string; readonly attempt: number }
  /** An execution is at it: a second one would import the same files beside it. */
  | { readonly outcome: 'running'; readonly execution: string }
  /** Every instance arrived. */
  | { readonly outcome: 'complete' }
  | { readonly outcome: 'exhausted' };

export interface ReplayOptions {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}

type ReplayedBatch = Pick<BatchRecord, 'batchId' | 'bucket' | 'status' | 'traceparent'>;

/** Whether there is anything to mend. */
export const isWorthReplaying = (status: BatchStatus): boolean => status !== 'completed';

/**
 * Puts a batch through the pipeline again: by the first name for an attempt that no execution has had. Whoever does the
 * same at the same time meets the name taken, so there is one execution of an attempt.
 */
export async function replayBatch(batch: ReplayedBatch, options: ReplayOptions): Promise<Replay> {
  if (!isWorthReplaying(batch.status)) return { outcome: 'complete' };
  for (let attempt = 0; attempt <= MAX_ATTEMPTS; attempt++) {
    const execution = attemptName(batch.batchId, attempt);
    const status = await statusOf(execution, options);
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { outcome: 'running', execution };
    // The first is the event's: by its name alone duplicates are known.
    if (status !== undefined || attempt === 0) continue;
    if (await start(batch, attempt, options)) return { outcome: 'started', execution, attempt };
    return { outcome: 'running', execution };
  }
  return { outcome: 'exhausted' };
}

async function statusOf(name: string, { client, stateMachineArn }: ReplayOptions): Promise<string | undefined> {
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  try {
    return (await client.send(new DescribeExecutionCommand({ executionArn }))).status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** @returns false when somebody else was faster */
async function start(
  { batchId, bucket, traceparent }: ReplayedBatch,
  attempt: number,
  { client, stateMachineArn }: ReplayOptions,
): Promise<boolean> {
  const input = JSON.stringify(replayInput(batchId, bucket, attempt));
  const trace = parseTraceparent(traceparent);
  const traced = trace === undefined ? {} : { traceHeader: xrayTraceHeader(trace) };
  const name = attemptName(batchId, attempt);
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input, ...traced }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}
